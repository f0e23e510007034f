/**
 * Sends requests at a fixed rate, whatever the answers do, over connections that carry one request at a time. A request that
 * finds its connection busy waits, and its time runs from when it should have gone out: no coordinated omission. Prints
 * percentiles in microseconds. Argument: { port, rate, seconds, warmUpSeconds, connections, path } as JSON.
 */
import { connect, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

interface Setting {
  readonly port: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly connections: number;
  readonly path: string;
}

/** One connection: the times at which its unanswered requests were due, oldest first, and what it has read of an answer. */
interface Lane {
  readonly socket: Socket;
  readonly due: number[];
  read: Buffer;
}

/** Node's timers count milliseconds; a thread that sleeps on a cell wakes within some 50 µs of the time it asked for. */
function beat(intervalMs: number): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let next = performance.now(); ; next += intervalMs) {
    const waitMs = next - performance.now();
    if (waitMs > 0) Atomics.wait(cell, 0, 0, waitMs);
    parentPort?.postMessage(null);
  }
}

function fail(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

/** The length of the first whole message in the bytes, or undefined while it is not whole. */
function wholeMessage(bytes: Buffer): number | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.subarray(0, end).toString('latin1'))?.[1];
  if (length === undefined) fail('an answer without Content-Length');
  const whole = end + 4 + Number(length);
  return bytes.length < whole ? undefined : whole;
}

function openLane(setting: Setting, request: string, answered: (dueAt: number) => void): Lane {
  const socket = connect({ port: setting.port, host: '127.0.0.1', noDelay: true });
  const lane: Lane = { socket, due: [], read: Buffer.alloc(0) };
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('a connection was closed'));
  socket.on('data', (bytes) => {
    lane.read = lane.read.length === 0 ? bytes : Buffer.concat([lane.read, bytes]);
    const whole = wholeMessage(lane.read);
    if (whole === undefined) return;
    lane.read = lane.read.subarray(whole);
    answered(lane.due.shift() ?? fail('an answer that nobody asked for'));
    if (lane.due.length > 0) socket.write(request);
  });
  return lane;
}

function report(sorted: Float64Array, asked: number): string {
  const at = (share: number): number => Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? NaN) * 1000);
  return JSON.stringify({ asked, answered: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) });
}

function main(setting: Setting): void {
  const request = `GET ${setting.path} HTTP/1.1\r\nHost: 127.0.0.1:${setting.port}\r\n\r\n`;
  const intervalMs = 1000 / setting.rate;
  const warmUp = setting.warmUpSeconds * setting.rate;
  const last = warmUp + setting.seconds * setting.rate;
  const latencies: number[] = [];
  let startedAt: number | undefined;
  let sent = 0;
  let answers = 0;
  const finish = (): void => {
    process.stdout.write(report(Float64Array.from(latencies).sort(), last - warmUp), () => process.exit(0));
  };
  const answered = (dueAt: number): void => {
    answers += 1;
    if (answers > warmUp) latencies.push(performance.now() - dueAt);
    if (answers === last) finish();
  };
  const lanes = Array.from({ length: setting.connections }, () => openLane(setting, request, answered));
  const onBeat = (): void => {
    const now = performance.now();
    startedAt ??= now;
    // Half an interval early is on time: the beat and the schedule have the same period, not the same phase.
    for (; sent < last; sent++) {
      const dueAt = startedAt + sent * intervalMs;
      if (dueAt - now > intervalMs / 2) return;
      const lane = lanes[sent % lanes.length];
      if (lane?.due.push(Math.min(dueAt, now)) === 1) lane.socket.write(request);
    }
  };
  new Worker(__filename, { workerData: intervalMs }).on('message', onBeat);
}

if (isMainThread) main(JSON.parse(process.argv[2] ?? '') as Setting);
else beat(workerData as number);
