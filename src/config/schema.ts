import * as z from 'zod/mini';
import { choice, count, duration, file, host, port, size } from './value-types';
import { log } from './log-settings';
import { admin, telemetry } from './telemetry-settings';
import { optionalSetting, setting } from './define-setting';

/*
 * The definitions of all variables. A property has the name of its variable in camel case. Times have the suffix `Ms`,
 * because they are whole milliseconds internally, in whatever unit they are written.
 */

const ALL_ADDRESSES = 'every address of the machine, IPv6 and IPv4';

const addresses = {
  port: setting(port(), {
    variable: 'PORT',
    also: 'port',
    default: '8080',
    meaning: 'The port that clients connect to.',
    reason: '8080 is the usual port of a container without privileges; ports below 1024 need a privilege.',
  }),
  host: optionalSetting(host(), {
    variable: 'HOST',
    unset: ALL_ADDRESSES,
    meaning: 'The address to listen on.',
    reason: "Clients connect to the pod's own address, which is not known in advance and can be IPv4 or IPv6.",
  }),
  targetPort: setting(port(), {
    variable: 'TARGET_PORT',
    also: 'target_port',
    default: '8087',
    meaning: 'The port of the service that the ambassador stands in front of.',
    reason: 'It only has to differ from PORT: the containers of a pod share one set of ports.',
  }),
  targetHost: setting(host(), {
    variable: 'TARGET_HOST',
    default: '127.0.0.1',
    meaning: 'The host of that service.',
    reason:
      'Containers of a pod reach each other over loopback; `localhost` can mean ::1, where many services do not ' +
      'listen.',
  }),
};

const page = {
  notFoundPage: optionalSetting(file(), {
    variable: 'NOT_FOUND_PAGE',
    unset: 'a built-in page',
    meaning: 'The HTML file, in UTF-8, that replaces the content of a 404 response. It is reloaded when it changes.',
    reason: 'A ConfigMap that is mounted as a directory can change the page without a restart.',
  }),
  notFoundMode: setting(choice('auto', 'always', 'off'), {
    variable: 'NOT_FOUND_MODE',
    default: 'auto',
    meaning:
      '`auto`: overrides a 404 for people only, that is, if the client names HTML, or if it accepts anything, names ' +
      'no type, and the service sent HTML. `always`: overrides for all clients. `off`: never overrides.',
    reason: 'A program that asked for JSON must still get an error response that it can read.',
  }),
};

const times = {
  drainTimeoutMs: setting(duration('0s', '1h'), {
    variable: 'DRAIN_TIMEOUT',
    default: '25s',
    meaning: 'The maximum time from the stop signal to the exit. Exchanges that are still open then are aborted.',
    reason:
      "It must be shorter than the pod's terminationGracePeriodSeconds (30 by default), or the process is killed.",
  }),
  drainDelayMs: setting(duration('0s', '10m'), {
    variable: 'DRAIN_DELAY',
    default: '0s',
    meaning: 'The first part of DRAIN_TIMEOUT, in which new connections are still accepted.',
    reason:
      'A cluster still sends connections for some seconds after the signal: use 5s there. The default suits a ' +
      'terminal, where a delay would only be a nuisance.',
  }),
  headerTimeoutMs: setting(duration('100ms', '1h'), {
    variable: 'HEADER_TIMEOUT',
    default: '60s',
    meaning:
      'The time for a whole request head, from its first byte; then 408. A connection that sends nothing is closed. ' +
      'Also the time for the first bytes of TLS or HTTP/2, and for the response to them if RESPONSE_TIMEOUT is 0.',
    reason: 'This is the default of nginx; without a limit, slow senders of heads could occupy every connection.',
  }),
  idleTimeoutMs: setting(duration('1s', '24h'), {
    variable: 'IDLE_TIMEOUT',
    default: '650s',
    meaning: 'The time that a persistent connection may be idle between two exchanges; then it is closed.',
    reason:
      'It is longer than load balancers keep idle connections (some keep them for 600 s). Otherwise the ambassador ' +
      'could close a connection while the load balancer sends the next request on it.',
  }),
  connectTimeoutMs: setting(duration('10ms', '10m'), {
    variable: 'CONNECT_TIMEOUT',
    default: '5s',
    meaning: 'The time for connecting to the target, including all attempts; then 504.',
    reason: 'A lost SYN is sent again after 1 s and 3 s: both repetitions can succeed within this time.',
  }),
  connectRetryWindowMs: setting(duration('0s', '10m'), {
    variable: 'CONNECT_RETRY_WINDOW',
    default: '2s',
    meaning:
      'How long a refused connection to the target is retried before the client gets 503, within CONNECT_TIMEOUT. ' +
      '`0`: no retry.',
    reason: 'In a starting pod the service listens slightly later than the ambassador.',
  }),
  responseTimeoutMs: setting(duration('0s', '24h'), {
    variable: 'RESPONSE_TIMEOUT',
    default: '0',
    meaning: 'The time from the end of a request to the head of its response; then 504. `0`: no limit.',
    reason:
      'Only the owner of a service knows how long a response may take. A guess would break long polling and slow ' +
      'reports.',
  }),
  halfCloseTimeoutMs: setting(duration('1s', '24h'), {
    variable: 'HALF_CLOSE_TIMEOUT',
    default: '300s',
    meaning:
      'The time without data in the other direction of a tunnel after one side has closed its own; then both are ' +
      'closed.',
    reason: 'Half-closed connections are valid and in use, but look the same as a peer that disappeared.',
  }),
  progressTimeoutMs: setting(duration('100ms', '24h'), {
    variable: 'PROGRESS_TIMEOUT',
    default: '300s',
    meaning:
      'How long a client may send nothing in the middle of request content (then 408), or read nothing of a response ' +
      '(then its connection is closed). Each transferred byte restarts the time.',
    reason:
      'A silent client must not keep a connection permanently. nginx waits 60s, which aborts a paused download; ' +
      'memory does not depend on it, see MAX_MEMORY.',
  }),
  discardTimeoutMs: setting(duration('10ms', '10m'), {
    variable: 'DISCARD_TIMEOUT',
    default: '5s',
    meaning:
      'The time for reading the rest of discarded content, after an override or a rejected request; then the ' +
      'connection is closed.',
    reason: 'The connection stays persistent if the rest is short, and endless content does not occupy it.',
  }),
};

const limits = {
  maxHeadBytes: setting(count(1024, 1_048_576, 'bytes'), {
    variable: 'MAX_HEAD_BYTES',
    default: '65536',
    meaning:
      'The size of the start line and fields of one message. A longer request gets 431, a longer response becomes 502.',
    reason:
      'More than common servers accept (8–32 KiB), so that the service itself decides which requests are too large.',
  }),
  maxRequestLineBytes: setting(count(1024, 1_048_576, 'bytes'), {
    variable: 'MAX_REQUEST_LINE_BYTES',
    default: '32768',
    meaning: 'The size of the request line; a longer one gets 414. At most MAX_HEAD_BYTES.',
    reason: 'RFC 9112 §3 recommends at least 8000; half of the head remains for the fields.',
  }),
  maxFields: setting(count(16, 10_000, 'field lines'), {
    variable: 'MAX_FIELDS',
    default: '1000',
    meaning: 'The number of field lines of one message; a request with more gets 431.',
    reason: 'Normal messages have dozens; checking each line takes time, even if it is short.',
  }),
  requestTrailers: setting(choice('discard', 'relay'), {
    variable: 'REQUEST_TRAILERS',
    default: 'discard',
    meaning:
      '`discard`: the trailer lines of a chunked request are not forwarded. `relay`: they are forwarded, and a ' +
      'request with a trailer for framing, routing or authorisation gets 400.',
    reason:
      'Few services read request trailers (RFC 9110 §6.5.1 lets a proxy discard them). Some services parse them as ' +
      'another request, or merge them into the fields that a proxy has already checked.',
  }),
  maxPipelined: setting(count(1, 10_000, 'requests'), {
    variable: 'MAX_PIPELINED',
    default: '1',
    meaning:
      'The number of requests of one connection that are sent to the service at a time; further pipelined requests ' +
      'wait.',
    reason:
      'Some services mistake a second request for content of the first; others process many small ones faster ' +
      'together.',
  }),
  maxDiscardBytes: setting(count(0, 1_073_741_824, 'bytes'), {
    variable: 'MAX_DISCARD_BYTES',
    default: '1048576',
    meaning:
      'The content that is read and discarded after an override; beyond it, the connection to the target is closed.',
    reason: 'Up to about this size, reading costs less than a new connection; error pages are shorter.',
  }),
  maxMemory: optionalSetting(size('64Mi', '1024Gi'), {
    variable: 'MAX_MEMORY',
    unset: "the container's memory limit, or the memory of the machine if there is no limit",
    meaning:
      'The memory that the whole ambassador may use. The share of connections is shown by `--check` and ' +
      '`ambassador_memory_limit_bytes`; beyond that share, connections without progress are closed.',
    reason: 'A process that exceeds the limit of its container is killed, and all its connections are lost.',
  }),
  maxConnections: setting(count(1, 1_000_000, 'connections'), {
    variable: 'MAX_CONNECTIONS',
    default: '10000',
    meaning:
      'The number of open client connections; a further one gets 503 at once. Several WORKERS share it equally, ' +
      'rounded up. It is lowered at start, with a log line, if the limit of open files is too small.',
    reason: 'Each takes two file descriptors and some memory: a clear refusal is better than running out of either.',
  }),
};

const processes = {
  workers: setting(count(1, 64, 'processes'), {
    variable: 'WORKERS',
    default: '1',
    meaning:
      'How many processes share PORT. `1`: a single process. From 2 on, an additional process starts the workers, ' +
      'replaces those that exit, opens the admin port, and shows the metrics of all workers as one.',
    reason:
      'One processor core handles tens of thousands of requests per second: few pods need, or may use, a second one.',
  }),
};

/** The groups of the table of variables, in its order. */
export const groups = {
  Addresses: addresses,
  'The 404 page': page,
  Log: log,
  Times: times,
  Limits: limits,
  Processes: processes,
  'Admin port': admin,
  Telemetry: telemetry,
} as const;

/** The whole configuration: every variable with its limits and its default. */
export const settings = z.object({
  ...addresses,
  ...page,
  ...log,
  ...times,
  ...limits,
  ...processes,
  ...admin,
  ...telemetry,
});

/** The configuration for the rest of the program: validated, complete and constant. */
export type Config = Readonly<z.output<typeof settings>>;
