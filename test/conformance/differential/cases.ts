import { type Case } from './case';
import { chunkCases } from './chunk-cases';
import { connectionCases } from './connection-cases';
import { contentCases } from './content-cases';
import { desyncCases } from './desync-cases';
import { formCases } from './form-cases';
import { framingCases } from './framing-cases';
import { headCases } from './head-cases';
import { hostCases } from './host-cases';
import { requestLineCases } from './request-line-cases';
import { trailerCases } from './trailer-cases';

/** Every odd or malformed thing that is sent. */
export const ALL_CASES: readonly Case[] = [
  ...framingCases,
  ...chunkCases,
  ...requestLineCases,
  ...hostCases,
  ...headCases,
  ...connectionCases,
  ...formCases,
  ...trailerCases,
  ...contentCases,
  ...desyncCases,
];
