import { apache } from './apache';
import { busybox } from './busybox';
import { caddy } from './caddy';
import { h2o } from './h2o';
import { haproxy } from './haproxy';
import { javaMakers } from './java';
import { type Maker } from './launch';
import { lighttpd } from './lighttpd';
import { nginx } from './nginx';
import { nodeFrameworks, nodeHttp } from './node';
import { perlMakers } from './perl';
import { php } from './php';
import { pythonFileMakers, pythonMakers } from './python';
import { rubyMakers } from './ruby';

/** Servers that can say what they understood of a request: the targets of the differential test. */
export const echoMakers: readonly Maker[] = [
  nodeHttp,
  ...pythonMakers,
  ...javaMakers,
  ...rubyMakers,
  ...perlMakers,
  php,
  nginx,
  apache,
  lighttpd,
  haproxy,
  caddy,
  h2o,
];

/** Every server of the matrix. */
export const siteMakers: readonly Maker[] = [...nodeFrameworks, ...echoMakers, ...pythonFileMakers, busybox];
