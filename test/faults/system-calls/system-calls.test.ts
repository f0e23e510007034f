import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '../../support/eventually';
import { type SidecarProcess, spawnSidecar } from '../../support/sidecar-process';
import { type Ending, dial } from '../../support/wire';
import { type Fault, FaultPlan, compileFailingCalls } from './failing-calls';

jest.setTimeout(120_000);

const FIELDS = 'Date: Sat, 28 Nov 2026 00:00:00 GMT\r\nContent-Type: text/plain\r\n';
const LARGE = Buffer.alloc(300_000, 'abcdefghi\n');

const respond = (statusLine: string, fields: string, content: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 ${statusLine}\r\n${FIELDS}${fields}\r\n`), Buffer.from(content)]);

const sized = (statusLine: string, content: Buffer | string): Buffer =>
  respond(statusLine, `Content-Length: ${content.length}\r\n`, content);

/** What the target answers, by the first segment of the path. */
const RESPONSES: Readonly<Record<string, Buffer>> = {
  small: sized('200 OK', 'hello\n'),
  upload: sized('200 OK', 'thanks\n'),
  large: sized('200 OK', LARGE),
  missing: sized('404 Not Found', 'none\n'),
  'until-close': respond('200 OK', 'Connection: close\r\n', LARGE),
  switch: respond('101 Switching Protocols', 'Connection: Upgrade\r\nUpgrade: echo\r\n', 'first\n'),
};

/** Requests that a client sends on one connection, each after the response to the one before. */
const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  'two small exchanges': ['small', 'small'],
  'an upload and a small exchange': ['upload', 'small'],
  'a large response': ['large'],
  'a page in place of a 404, and a small exchange': ['missing', 'small'],
  'a response that ends with its connection': ['until-close'],
  'a switch of protocols': ['switch'],
};

const FAULTS: readonly Fault[] = [
  ...(['ECONNABORTED', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'] as const).map((error): Fault => ({
    side: 'client',
    call: 'accept',
    error,
  })),
  ...(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'] as const).map((error): Fault => ({
    side: 'target',
    call: 'socket',
    error,
  })),
  ...(['ECONNREFUSED', 'ETIMEDOUT', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENOBUFS'] as const).map((error): Fault => ({
    side: 'target',
    call: 'connect',
    error,
  })),
  ...(['client', 'target'] as const).flatMap((side): readonly Fault[] => [
    ...(['ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOMEM', 'EINTR', 'EAGAIN'] as const).map((error): Fault => ({
      side,
      call: 'read',
      error,
    })),
    ...(['EPIPE', 'ECONNRESET', 'ETIMEDOUT', 'ENOBUFS', 'ENOMEM', 'EINTR', 'EAGAIN', 'short'] as const).map(
      (error): Fault => ({ side, call: 'write', error }),
    ),
    { side, call: 'shutdown', error: 'ENOTCONN' },
    { side, call: 'close', error: 'EIO' },
  ]),
];

const nameOf = ({ side, call, error }: Fault): string => `${call} of the ${side} side with ${error}`;

/** The test fails the first, second, … call of a kind, up to this one: each is another stage of the exchange. */
const MAX_CALLS = 12;

interface Target {
  readonly port: number;
  /** What each connection has received since the last `forget`. */
  readonly received: readonly (readonly Buffer[])[];
  readonly openCount: number;
  forget(): void;
  close(): Promise<void>;
}

async function listenAsTarget(): Promise<Target> {
  let received: Buffer[][] = [];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const pieces: Buffer[] = [];
    received.push(pieces);
    open.add(socket.setNoDelay(true));
    let bytes = Buffer.alloc(0);
    socket.on('data', (piece) => {
      pieces.push(piece);
      bytes = Buffer.concat([bytes, piece]);
      const end = bytes.indexOf('\r\n\r\n');
      const head = bytes.toString('latin1', 0, end);
      const length = Number(/^Content-Length: (\d+)$/m.exec(head)?.[1] ?? 0);
      if (end < 0 || bytes.length < end + 4 + length) return;
      bytes = bytes.subarray(end + 4 + length);
      const [, what = ''] = /^\w+ \/([\w-]+)\//.exec(head) ?? [];
      socket.write(RESPONSES[what] ?? '');
      if (what === 'until-close') socket.end();
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get received() {
      return received;
    },
    get openCount() {
      return open.size;
    },
    forget: () => (received = []),
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function requestFor(what: string, mark: string): Buffer {
  const fields = {
    upload: `Content-Length: ${LARGE.length}\r\n`,
    switch: 'Connection: Upgrade\r\nUpgrade: echo\r\n',
  }[what];
  const method = what === 'upload' ? 'POST' : 'GET';
  const head = `${method} /${what}/${mark} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n${fields ?? ''}\r\n`;
  return Buffer.concat([Buffer.from(head), what === 'upload' ? LARGE : Buffer.alloc(0)]);
}

interface Outcome {
  readonly received: Buffer;
  readonly ending: Ending;
}

/** Asks for each, the next when as many bytes are there as the ones before have; then ends, and waits for the end. */
async function play(port: number, requests: readonly Buffer[], responses: readonly Buffer[]): Promise<Outcome> {
  const client = await dial(port);
  let expectedLength = 0;
  for (const [index, request] of requests.entries()) {
    await client.send(request);
    expectedLength += responses[index]?.length ?? Infinity;
    await client.until(() => client.untaken.length >= expectedLength || client.ending !== undefined, 'a response');
  }
  client.close();
  const ending = await client.ended();
  const received = Buffer.from(client.untaken);
  await client.dispose();
  return { received, ending };
}

/** Whether the bytes are an error response of the ambassador, complete and the last of its connection. */
function isOwnError(bytes: Buffer): boolean {
  const headEnd = bytes.indexOf('\r\n\r\n') + 4;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = Number(/\r\nContent-Length: (\d+)\r\n/.exec(head)?.[1]);
  return (
    /^HTTP\/1\.1 50[234] /.test(head) && head.includes('\r\nConnection: close\r\n') && bytes.length === headEnd + length
  );
}

/** The number of responses that reached the client at least in part, and the first fault in the received bytes. */
interface Judgement {
  readonly begun: number;
  readonly fault: string | undefined;
}

/** Less than all of the responses may have arrived, if the client can tell; an error response may stand for one. */
function judgeClient({ received, ending }: Outcome, responses: readonly Buffer[]): Judgement {
  let at = 0;
  for (const [index, response] of responses.entries()) {
    const rest = received.subarray(at);
    const isWhole = rest.subarray(0, response.length).equals(response);
    if (isWhole) at += response.length;
    else if (isOwnError(rest)) return { begun: index + 1, fault: undefined };
    else if (rest.length === 0) return { begun: index, fault: undefined };
    else return { begun: index + 1, fault: faultOfPart(rest, response, ending) };
  }
  const surplus = received.length - at;
  return { begun: responses.length, fault: surplus === 0 ? undefined : `${surplus} bytes after the responses` };
}

function faultOfPart(part: Buffer, response: Buffer, ending: Ending): string | undefined {
  if (!part.equals(response.subarray(0, part.length))) {
    return `other bytes: ${JSON.stringify(part.toString('latin1', 0, 300))}`;
  }
  const endsWithConnection = response.includes('Connection: close');
  return endsWithConnection && ending !== 'reset' ? `${part.length} bytes of ${response.length}, and FIN` : undefined;
}

let folder = '';
let target: Target;
let sidecar: SidecarProcess;
let plan: FaultPlan;
let runs = 0;
let socketsAtRest = 0;

const isZero = (count: number): boolean => count === 0;

const library = compileFailingCalls((folder = mkdtempSync(join(tmpdir(), 'ambassador-calls-'))));
const withCompiler = library === undefined ? describe.skip : describe;

withCompiler('A system call that fails once', () => {
  beforeAll(async () => {
    target = await listenAsTarget();
    plan = new FaultPlan(join(folder, 'plan'));
    sidecar = await spawnSidecar({
      TARGET_PORT: String(target.port),
      LOG_LEVEL: 'info',
      LD_PRELOAD: library ?? '',
      FAULT_FILE: join(folder, 'plan'),
    });
    socketsAtRest = sidecar.descriptors().sockets;
  });

  afterAll(async () => {
    await sidecar.close();
    await target.close();
  });

  const tried = new Set<string>();

  const recordsOf = (path: string): number => sidecar.lines.filter((line) => line.includes(`"${path}"`)).length;

  /** What is wrong with a run in which the call with number `when` fails; `'over'` where there was no such call. */
  async function faultOf(scenario: readonly string[], pages: ReadonlyMap<string, Buffer>, fault: Fault, when: number) {
    const mark = String((runs += 1));
    const paths = scenario.map((what, index) => `/${what}/${mark}-${index}`);
    const requests = scenario.map((what, index) => requestFor(what, `${mark}-${index}`));
    const responses = scenario.map((what) => pages.get(what) ?? RESPONSES[what] ?? Buffer.alloc(0));
    target.forget();
    plan.arm(fault, when);
    const outcome = await play(sidecar.port, requests, responses);
    await eventually(() => sidecar.descriptors().sockets - socketsAtRest + target.openCount, isZero);
    const hasFired = plan.hasFired;
    plan.clear();
    if (!hasFired) return 'over';
    // A connection of the run before, closed before it was accepted, is known by its path.
    const connections = target.received.map((pieces) => Buffer.concat(pieces));
    const forwarded = connections.filter((bytes) => bytes.includes(`/${mark}-`));
    const all = Buffer.concat(requests);
    const client = judgeClient(outcome, responses);
    if (client.fault !== undefined) return client.fault;
    if (forwarded.some((bytes) => !bytes.equals(all.subarray(0, bytes.length)))) return 'other bytes for the target';
    for (const [index, path] of paths.entries()) {
      const isKnown = index < client.begun || forwarded.some((bytes) => bytes.includes(` ${path} `));
      await eventually(
        () => recordsOf(path),
        (records) => records >= (isKnown ? 1 : 0),
      );
      if (recordsOf(path) > 1) return `${recordsOf(path)} records of ${path}`;
    }
    return sidecar.isAlive ? undefined : 'the process has ended';
  }

  const cases = Object.entries(SCENARIOS).flatMap(([scenario, parts]) =>
    FAULTS.map((fault) => [nameOf(fault), scenario, fault, parts] as const),
  );

  test.each(cases)('%s breaks no promise: %s.', async (name, _scenario, fault, scenario) => {
    // The page is known by what the ambassador sends without a fault.
    const page = await play(sidecar.port, [requestFor('missing', 'page')], [Buffer.alloc(1)]);
    const pages = new Map([['missing', page.received]]);
    const faults: string[] = [];
    for (let when = 1; when <= MAX_CALLS; when++) {
      const found = await faultOf(scenario, pages, fault, when);
      if (found === 'over') break;
      tried.add(name);
      if (found !== undefined) faults.push(`call ${when}: ${found}`);
    }
    expect(faults).toEqual([]);
  });

  test('was each of those above.', () => {
    expect(FAULTS.map(nameOf).filter((name) => !tried.has(name))).toEqual([]);
  });
});

afterAll(() => rmSync(folder, { recursive: true }));
