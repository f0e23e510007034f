import * as z from 'zod/mini';
import { choice, count, duration, file, host, port, size } from './value-types';
import { log } from './log-settings';
import { admin, telemetry } from './telemetry-settings';
import { optionalSetting, setting } from './define-setting';

/*
 * Every variable of the ambassador, once. A property is named after its variable in camel case; times carry `Ms`,
 * because whatever way they are written, inside they are whole milliseconds.
 */

const ALL_ADDRESSES = 'every address of the machine, IPv6 and IPv4';

const addresses = {
  port: setting(port(), {
    variable: 'PORT',
    also: 'port',
    default: '8080',
    meaning: 'The port that clients connect to.',
    reason: '8080 is where a container without privileges is usually asked; ports below 1024 need a privilege.',
  }),
  host: optionalSetting(host(), {
    variable: 'HOST',
    unset: ALL_ADDRESSES,
    meaning: 'The address to listen on.',
    reason: "A pod is reached at the pod's own address, which is not known beforehand and may be of either family.",
  }),
  targetPort: setting(port(), {
    variable: 'TARGET_PORT',
    also: 'target_port',
    default: '8087',
    meaning: 'The port of the service that the ambassador stands in front of.',
    reason: 'It only has to differ from PORT: both containers of a pod share one set of ports.',
  }),
  targetHost: setting(host(), {
    variable: 'TARGET_HOST',
    default: '127.0.0.1',
    meaning: 'The host of that service.',
    reason: 'Containers of one pod reach each other over loopback; `localhost` may mean ::1, where many do not listen.',
  }),
};

const page = {
  notFoundPage: optionalSetting(file(), {
    variable: 'NOT_FOUND_PAGE',
    unset: 'a built-in page',
    meaning:
      'The HTML file, in UTF-8, that is sent in place of the content of a 404. It is read again when it changes.',
    reason: 'A ConfigMap mounted as a directory can then change the page without a restart.',
  }),
  notFoundMode: setting(choice('auto', 'always', 'off'), {
    variable: 'NOT_FOUND_MODE',
    default: 'auto',
    meaning:
      '`auto`: the page is for people, so a 404 is overridden when the client names HTML, or takes anything, names ' +
      'nothing, and the service sent HTML. `always`: whatever the client accepts. `off`: never.',
    reason: 'A program that asked for JSON must go on to get the error it can read.',
  }),
};

const times = {
  drainTimeoutMs: setting(duration('0s', '1h'), {
    variable: 'DRAIN_TIMEOUT',
    default: '25s',
    meaning: 'From the signal to leave until exit, at the most; exchanges still open then are cut off.',
    reason: "It has to end before the pod's terminationGracePeriodSeconds (30 by default), or the process is killed.",
  }),
  drainDelayMs: setting(duration('0s', '10m'), {
    variable: 'DRAIN_DELAY',
    default: '0s',
    meaning: 'The first part of DRAIN_TIMEOUT, in which new connections are still accepted.',
    reason:
      'A cluster goes on sending connections for some seconds after the signal: 5s suits there. At a terminal ' +
      'nobody wants to wait, hence the default.',
  }),
  headerTimeoutMs: setting(duration('100ms', '1h'), {
    variable: 'HEADER_TIMEOUT',
    default: '60s',
    meaning:
      'For a whole request head, from its first byte; then 408. A connection that sends nothing is closed after it. ' +
      'Also for the beginning of TLS or HTTP/2, and for the answer to it if RESPONSE_TIMEOUT is 0.',
    reason: 'It is what nginx grants; without a bound, slow senders of heads could hold every connection.',
  }),
  idleTimeoutMs: setting(duration('1s', '24h'), {
    variable: 'IDLE_TIMEOUT',
    default: '650s',
    meaning: 'For a persistent connection between two exchanges; then it is closed.',
    reason:
      'Longer than load balancers keep idle connections (some do for 600 s), so that it is never us who close one ' +
      'while they send the next request on it.',
  }),
  connectTimeoutMs: setting(duration('10ms', '10m'), {
    variable: 'CONNECT_TIMEOUT',
    default: '5s',
    meaning: 'For connecting to the target, with all that is tried again; then 504.',
    reason: 'A lost SYN is repeated after 1 s and 3 s: both get their chance.',
  }),
  connectRetryWindowMs: setting(duration('0s', '10m'), {
    variable: 'CONNECT_RETRY_WINDOW',
    default: '2s',
    meaning:
      'How long a refused connection to the target is tried again before the client gets 503, within CONNECT_TIMEOUT. ' +
      '`0`: not at all.',
    reason: 'The service of a starting pod listens a little later than the ambassador.',
  }),
  responseTimeoutMs: setting(duration('0s', '24h'), {
    variable: 'RESPONSE_TIMEOUT',
    default: '0',
    meaning: 'From the end of a request until the head of its response; then 504. `0`: no bound.',
    reason: 'How long a service may think is for its owner to say: a proxy that guesses breaks long polls and reports.',
  }),
  halfCloseTimeoutMs: setting(duration('1s', '24h'), {
    variable: 'HALF_CLOSE_TIMEOUT',
    default: '300s',
    meaning: 'For the other direction of a tunnel to move on after one side has closed its own; then both are closed.',
    reason: 'Half-closing is legal and in use; a peer that vanished without a word looks just the same.',
  }),
  progressTimeoutMs: setting(duration('100ms', '24h'), {
    variable: 'PROGRESS_TIMEOUT',
    default: '300s',
    meaning:
      'How long a client may send nothing of request content that it has begun (then 408), or take nothing of a ' +
      'response (then its connection is closed). Each byte that moves starts it again.',
    reason:
      'A silent client must not keep a connection for good. nginx waits 60s, which cuts a download that a person ' +
      'pauses; memory does not depend on it, see MAX_MEMORY.',
  }),
  discardTimeoutMs: setting(duration('10ms', '10m'), {
    variable: 'DISCARD_TIMEOUT',
    default: '5s',
    meaning:
      'For reading the rest of content that nobody gets, after an override or a refusal; then the connection is ' +
      'dropped.',
    reason: 'It keeps the connection persistent where the rest is short, and endless content is not waited for.',
  }),
};

const limits = {
  maxHeadBytes: setting(count(1024, 1_048_576, 'bytes'), {
    variable: 'MAX_HEAD_BYTES',
    default: '65536',
    meaning: 'Start line and fields of one message. A longer request gets 431, a longer response becomes 502.',
    reason: 'More than common servers take (8–32 KiB), so that the service stays the one to say what is too much.',
  }),
  maxRequestLineBytes: setting(count(1024, 1_048_576, 'bytes'), {
    variable: 'MAX_REQUEST_LINE_BYTES',
    default: '32768',
    meaning: 'The request line; a longer one gets 414. Not more than MAX_HEAD_BYTES.',
    reason: 'RFC 9112 §3 asks for at least 8000; half a head leaves room for the fields.',
  }),
  maxFields: setting(count(16, 10_000, 'field lines'), {
    variable: 'MAX_FIELDS',
    default: '1000',
    meaning: 'Field lines of one message; a request with more gets 431.',
    reason: 'Honest messages have dozens; each line costs time to check, whatever its length.',
  }),
  requestTrailers: setting(choice('discard', 'relay'), {
    variable: 'REQUEST_TRAILERS',
    default: 'discard',
    meaning:
      '`discard`: the trailer lines of a chunked request are not forwarded. `relay`: they are, and a request with a ' +
      'trailer that concerns framing, routing or authorisation gets 400.',
    reason:
      'Few services read request trailers (RFC 9110 §6.5.1 lets a proxy discard them), and some parse them as another ' +
      'request, or merge them into the fields that a proxy has already checked.',
  }),
  maxPipelined: setting(count(1, 10_000, 'requests'), {
    variable: 'MAX_PIPELINED',
    default: '1',
    meaning: 'Requests of one connection that the service has at a time; what a client sends ahead waits here.',
    reason: 'Some services take a second request for content of the first; others answer many small ones sooner so.',
  }),
  maxDiscardBytes: setting(count(0, 1_073_741_824, 'bytes'), {
    variable: 'MAX_DISCARD_BYTES',
    default: '1048576',
    meaning: 'Content read and thrown away after an override before the connection to the target is dropped instead.',
    reason: 'Up to about this size reading on costs less than a new connection; no error page is longer.',
  }),
  maxMemory: optionalSetting(size('64Mi', '1024Gi'), {
    variable: 'MAX_MEMORY',
    unset: "the container's memory limit, or the memory of the machine where it has none",
    meaning:
      'The memory that the whole ambassador may use. What connections may hold of it is shown by `--check` and ' +
      '`ambassador_memory_limit_bytes`; beyond that, connections without progress are closed.',
    reason: 'A process over the limit of its container is killed, with every connection that it has.',
  }),
  maxConnections: setting(count(1, 1_000_000, 'connections'), {
    variable: 'MAX_CONNECTIONS',
    default: '10000',
    meaning:
      'Client connections at one time; one more gets 503 at once. Of several WORKERS each has its share, rounded up. ' +
      'It is lowered at the start, with a line in the log, where the limit of open files allows fewer.',
    reason: 'Each takes two file descriptors and some memory: to refuse clearly is better than to run out of either.',
  }),
};

const processes = {
  workers: setting(count(1, 64, 'processes'), {
    variable: 'WORKERS',
    default: '1',
    meaning:
      'How many processes share PORT. `1`: one process is all there is. From 2 on a further one starts them, puts another ' +
      'in the place of one that ends, has the admin port, and shows the numbers of all as one.',
    reason: 'One processor core does tens of thousands of requests a second: few pods need, or may use, a second one.',
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

/** The whole configuration: every variable with its bounds and default. */
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

/** The configuration as the rest of the house sees it: checked, complete, constant. */
export type Config = Readonly<z.output<typeof settings>>;
