import { apache, apacheCgi } from './apache';
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
import { pythonEchoMakers, pythonFileMakers, pythonMakers } from './python';
import { rubyMakers } from './ruby';

/** Servers that serve the site of the matrix and can say what they understood of a request. */
const siteAndEchoMakers: readonly Maker[] = [
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

/** The targets of the differential test. */
export const echoMakers: readonly Maker[] = [...siteAndEchoMakers, ...pythonEchoMakers, apacheCgi];

/** Every server of the matrix. */
export const siteMakers: readonly Maker[] = [...nodeFrameworks, ...siteAndEchoMakers, ...pythonFileMakers, busybox];
