import {
  type LiveExchange,
  type LivePoint,
  type LivePath,
  type LiveUpdate,
} from '../../../../src/telemetry/live/messages';

const NO_LATENCY = { p50: null, p95: null, p99: null };

export const exchangeLike = (rest: Partial<LiveExchange> = {}): LiveExchange => ({
  id: 1,
  endedAtMs: 0,
  client: '192.0.2.1',
  protocol: 'HTTP/1.1',
  method: 'GET',
  path: '/',
  status: 200,
  targetStatus: 200,
  isOverridden: false,
  isProbe: false,
  isSwitched: false,
  firstByteMs: 1,
  durationMs: 1,
  bytesIn: 1,
  bytesOut: 1,
  termination: 'ok',
  ...rest,
});

export const targetLike = (rest: Partial<LivePath> = {}): LivePath => ({
  method: 'GET',
  path: '/',
  rate: 1,
  hits: 1,
  clientErrors: 0,
  failed: 0,
  overridden: 0,
  p50Ms: 1,
  p95Ms: 1,
  ...rest,
});

export const pointLike = (rest: Partial<LivePoint> = {}): LivePoint => ({
  atMs: 0,
  spanMs: 1000,
  requests: 1,
  byClass: [0, 0, 1, 0, 0, 0],
  overridden: 0,
  failed: 0,
  probes: 0,
  inFlight: 0,
  bytesIn: 10,
  bytesOut: 100,
  latency: NO_LATENCY,
  ...rest,
});

export const updateLike = (rest: Partial<LiveUpdate> = {}): LiveUpdate => ({
  points: [],
  lastMinute: NO_LATENCY,
  totals: { requests: 0, failed: 0, overridden: 0, inFlight: 0 },
  paths: undefined,
  tail: [],
  skipped: 0,
  waiting: [],
  ...rest,
});
