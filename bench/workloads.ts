import { type Skill } from './contenders';
import { heldMemory, latency, processorTimeOf, scraped, startUp, withLines } from './measures';
import { type Request, webSocketEchoes, wrk } from './load';
import { type Measure } from './environment';
import { PAGE_MARK, SMALL_CONTENT } from './target';

/** The answer that a contender must give before it is measured. */
export interface Check {
  readonly path: string;
  readonly accept?: string;
  readonly status: number;
  readonly contains: string;
}

/** One thing that is measured of every contender that can do it. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  readonly needs: Skill;
  readonly service: 'nginx' | 'webSocket';
  readonly isLogged: boolean;
  readonly isQuick: boolean;
  readonly check: Check | undefined;
  readonly measure: Measure;
}

const SMALL: Check = { path: '/small', status: 200, contains: SMALL_CONTENT };
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const MISSING: Check = { path: '/missing', accept: BROWSER, status: 404, contains: PAGE_MARK };
const MIB = 1024 * 1024;
const UPLOAD_BYTES = 256 * 1024;
const usual = {
  ...{ needs: 'tunnel', service: 'nginx', isLogged: false, isQuick: false, check: SMALL },
} as const satisfies Partial<Workload>;

const requests = (path: string, more: Partial<Request> = {}): Measure =>
  processorTimeOf('request', (stage) =>
    wrk(stage, { path, connections: 64, units: (result) => result.requests, ...more }),
  );

const mebibytes = (path: string, more: Partial<Request> = {}): Measure =>
  processorTimeOf('MiB', (stage) =>
    wrk(stage, { path, connections: 16, units: (result) => result.bytes / MIB, ...more }),
  );

export const WORKLOADS: readonly Workload[] = [
  {
    ...usual,
    name: 'small',
    title: 'Small, keep-alive',
    what: `64 connections ask for ${SMALL_CONTENT.length} bytes, one request at a time each.`,
    isQuick: true,
    measure: requests('/small'),
  },
  {
    ...usual,
    name: '404',
    title: '404 overridden',
    what: '64 connections, a browser’s Accept; the target’s 404 is answered with a page of 2 KiB.',
    needs: 'override',
    isQuick: true,
    check: MISSING,
    measure: requests('/missing', { fields: { Accept: BROWSER } }),
  },
  {
    ...usual,
    name: '16k',
    title: '16 KiB download',
    what: '64 connections ask for a file of 16 KiB.',
    measure: requests('/16k'),
  },
  {
    ...usual,
    name: '1m',
    title: '1 MiB download',
    what: '16 connections ask for a file of 1 MiB.',
    isQuick: true,
    measure: mebibytes('/1m'),
  },
  {
    ...usual,
    name: 'upload',
    title: '256 KiB upload',
    what: '16 connections post 256 KiB, which the target reads to the end before it answers.',
    measure: mebibytes('/upload', {
      script: ['upload', String(UPLOAD_BYTES)],
      units: (result) => (result.requests * UPLOAD_BYTES) / MIB,
    }),
  },
  {
    ...usual,
    name: 'connections',
    title: 'New connection for each request',
    what: '64 clients; each request comes on a connection of its own and says `Connection: close`.',
    measure: requests('/small', { fields: { Connection: 'close' } }),
  },
  {
    ...usual,
    name: 'logged',
    title: 'Logged',
    what: 'As “small”, and everyone writes a JSON line for each request to a pipe that is read.',
    needs: 'log',
    isLogged: true,
    measure: withLines(requests('/small')),
  },
  {
    ...usual,
    name: 'pipelined',
    title: 'Pipelined',
    what: '64 connections, eight requests in one write each.',
    measure: requests('/small', { script: ['pipeline', '8'] }),
  },
  {
    ...usual,
    name: 'websocket',
    title: 'WebSocket frames',
    what: '64 connections, one message of 64 bytes at a time each, which the target says back.',
    service: 'webSocket',
    check: undefined,
    measure: processorTimeOf('echo', webSocketEchoes),
  },
  {
    ...usual,
    name: 'latency',
    title: 'Latency at a fixed rate',
    what: '5,000 requests a second over 64 connections, due at fixed times; the time of each runs from when it was due.',
    measure: latency,
  },
  {
    ...usual,
    name: 'scrape',
    title: 'Scrape during load',
    what: 'As “latency”, while /metrics is fetched ten times a second.',
    needs: 'metrics',
    measure: scraped,
  },
  {
    ...usual,
    name: 'idle',
    title: '5,000 idle connections',
    what: 'Each has had one answer and stays open. Resident memory when it has come to rest.',
    measure: heldMemory({ connections: 5000, path: '/small', manner: 'idle' }),
  },
  {
    ...usual,
    name: 'stalled',
    title: '200 stalled readers',
    what: 'Each has asked for 1 GiB and reads nothing. Resident memory when it has come to rest.',
    measure: heldMemory({ connections: 200, path: '/1g', manner: 'stalled' }),
  },
  {
    ...usual,
    name: 'start',
    title: 'Start-up',
    what: 'From the start of the process to the first accepted connection.',
    needs: 'listen',
    check: undefined,
    measure: startUp,
  },
];
