import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  Agent,
  createServer,
  get,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port';
import { type Ended, logLines, Running } from '../support/running';

const running = new Set<Running>();
const targets = new Set<Server>();

afterEach(async () => {
  for (const process of running) {
    process.signal('SIGKILL');
    await process.ended;
  }
  running.clear();
  for (const target of targets) {
    target.closeAllConnections();
    target.close();
    await once(target, 'close');
  }
  targets.clear();
});

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, isRead = true): Running {
  const process = new Running(args, env, isRead);
  running.add(process);
  return process;
}

const run = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> => start(args, env).ended;

/** A service on a port of its own. */
async function listen(listener: RequestListener): Promise<string> {
  const target = createServer(listener);
  targets.add(target);
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  return String((target.address() as AddressInfo).port);
}

interface Served {
  readonly process: Running;
  readonly port: string;
}

async function serve(listener: RequestListener, env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const [port, targetPort] = [String(await freePort()), await listen(listener)];
  const process = start([], { PORT: port, TARGET_PORT: targetPort, ...env });
  await process.says('stdout', 'listening');
  return { process, port };
}

async function request(port: string, agent?: Agent): Promise<IncomingMessage> {
  const sent = get({ port, host: '127.0.0.1', ...(agent ? { agent } : {}) });
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  // From here on a broken connection is told by the response.
  sent.on('error', () => undefined);
  return response;
}

/** Answers at once with a head and some content, and with the end only when it is told to. */
function slowly(): { readonly listener: RequestListener; finish(): void } {
  let finish = (): void => undefined;
  const listener: RequestListener = (_request, response) => {
    response.write('begun, ');
    finish = () => response.end('done');
  };
  return { listener, finish: () => finish() };
}

/** Answers nothing, and hands out the response for the test to give. */
function holding(): { readonly listener: RequestListener; readonly asked: Promise<ServerResponse> } {
  let listener: RequestListener = () => undefined;
  const asked = new Promise<ServerResponse>((resolve) => {
    listener = (_request, response) => resolve(response);
  });
  return { listener, asked };
}

const ok: RequestListener = (_request, response) => response.end('ok');

const BAD = {
  PORT: '8080/tcp',
  TARGET_PORT: 'tcp://10.0.0.1:8080',
  TARGET_HOST: '0.0.0.0',
  NOT_FOUND_PAGE: '/nowhere/404.html',
  LOG_LEVEL: 'loud',
};

describe('a bad configuration', () => {
  test.each([[[]], [['--check']]])('is refused with every problem at once and code 78: %j', async (args) => {
    const { code, stdout, stderr } = await run(args, BAD);
    expect(code).toBe(78);
    expect(stdout).toBe('');
    for (const [variable, value] of Object.entries(BAD)) expect(stderr).toContain(`${variable}="${value}"`);
  });

  test('may be only a page that cannot be used', async () => {
    const { code, stderr } = await run([], { NOT_FOUND_PAGE: '/nowhere/404.html' });
    expect(code).toBe(78);
    expect(stderr).toContain('NOT_FOUND_PAGE="/nowhere/404.html"');
  });
});

describe('arguments', () => {
  test('--check says that a good configuration is fine, and listens nowhere', async () => {
    expect(await run(['--check'], { PORT: '9000' })).toMatchObject({ code: 0, stderr: '' });
  });

  test('--help says what there is to configure', async () => {
    const { code, stdout, stderr } = await run(['--help'], BAD);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('TARGET_PORT');
  });

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([[['--port=80']], [['serve']], [['--check', '--quiet']], [['constructor']]])(
    'what is not known is refused with code 64: %j',
    async (args) => {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
      expect(stderr).toContain(JSON.stringify(args.at(-1)));
    },
  );
});

describe('a port that cannot be had', () => {
  test('is told in one sentence and in the log, with code 1', async () => {
    const busy = await listen(ok);
    const { code, stdout, stderr } = await run([], { PORT: busy, HOST: '127.0.0.1' });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `ambassador: PORT ${busy} is busy: another process listens there. Stop that process, or set another port.\n`,
    );
    expect(logLines(stdout)).toEqual([expect.objectContaining({ level: 'fatal' })]);
  });

  test('because the address is not ours is told so', async () => {
    const { code, stderr } = await run([], { HOST: '192.0.2.1' });
    expect(code).toBe(1);
    expect(stderr).toContain('HOST is not an address of this machine');
  });
});

describe('the life of the process', () => {
  test('it says where it listens, and standard output carries nothing but the log', async () => {
    const { process, port } = await serve(ok);
    await text(await request(port));
    process.signal('SIGTERM');
    const { code, stdout, stderr } = await process.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const messages = logLines(stdout).map(({ message }) => message);
    expect(messages[0]).toBe('listening');
    expect(messages.at(-1)).toBe('stopped');
    expect(JSON.stringify(logLines(stdout)[0])).toContain(`:${port}`);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s an exchange under way is finished; then it leaves with 0',
    async (signal) => {
      const slow = slowly();
      const { process, port } = await serve(slow.listener);
      const response = await request(port);
      process.signal(signal);
      await process.says('stdout', 'draining');
      slow.finish();
      expect(await text(response)).toBe('begun, done');
      expect((await process.ended).code).toBe(0);
    },
  );

  test('a service that would keep its connection open does not hold up leaving', async () => {
    const held = holding();
    const { process, port } = await serve(held.listener);
    for (const target of targets) target.keepAliveTimeout = 60_000;
    const response = request(port);
    const answer = await held.asked;
    process.signal('SIGTERM');
    await process.says('stdout', 'draining');
    answer.end('late');
    expect(await text(await response)).toBe('late');
    expect((await process.ended).code).toBe(0);
  });

  test('what does not end within DRAIN_TIMEOUT is cut off, and the code is still 0', async () => {
    const { process, port } = await serve(slowly().listener, { DRAIN_TIMEOUT: '300ms' });
    const response = await request(port);
    process.signal('SIGTERM');
    await expect(text(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await process.ended).code).toBe(0);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second signal, %s, leaves at once with %d', async (signal, expected) => {
    const { process, port } = await serve(slowly().listener);
    const response = await request(port);
    response.on('error', () => undefined).resume();
    process.signal('SIGTERM');
    await process.says('stdout', 'draining');
    process.signal(signal);
    expect((await process.ended).code).toBe(expected);
  });

  test('an error that nobody expected is logged with its stack, and ends the process with 70', async () => {
    const planted = join(__dirname, '../support/throws-on-signal.cjs');
    const { process } = await serve(ok, { NODE_OPTIONS: `--require ${planted}` });
    process.signal('SIGUSR2');
    const { code, stdout, stderr } = await process.ended;
    expect(code).toBe(70);
    expect(stderr).toMatch(/^ambassador: .*\n$/);
    expect(logLines(stdout).at(-1)).toMatchObject({
      level: 'fatal',
      error: { message: 'planted', stack: expect.stringContaining('throws-on-signal.cjs') },
    });
  });
});

test('a reader of the log that has stalled stops neither traffic nor leaving', async () => {
  const [port, targetPort] = [await freePort(), await listen(ok)];
  const process = start([], { PORT: String(port), TARGET_PORT: targetPort }, false);
  const agent = new Agent({ keepAlive: true });
  await reachable(port);
  for (let i = 0; i < 3000; i++) expect(await text(await request(String(port), agent))).toBe('ok');
  agent.destroy();
  process.signal('SIGTERM');
  expect((await process.ended).code).toBe(0);
}, 60_000);

/** Resolves when something listens there; for a process that cannot be heard. */
async function reachable(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isReached = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isReached) return;
    await setTimeout(20);
  }
}

test.each([
  ['info', undefined],
  ['debug', 'Authorization : Basic YTpi'],
])('At LOG_LEVEL=%s the record of a refused request has as its faulty line: %j.', async (level, line) => {
  const { process, port } = await serve((_request, response) => response.end(), { LOG_LEVEL: level });
  const client = connect(Number(port), '127.0.0.1');
  client.end('GET / HTTP/1.1\r\nHost: a\r\nAuthorization : Basic YTpi\r\n\r\n');
  expect(await text(client)).toMatch(/^HTTP\/1\.1 400 /);
  await process.says('stdout', '"rejected:bad-field-line"');
  const record = logLines(process.stdout).find(({ termination }) => termination === 'rejected:bad-field-line');
  expect(record).toMatchObject({ status: 400, rule: 'bad-field-line' });
  expect(record?.['line']).toBe(line);
});
