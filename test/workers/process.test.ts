import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestListener, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill } from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually';
import { logLines, type Ended } from '../support/running';
import { Fleet, REQUESTS, untilGone } from '../support/fleet';

const preload = (name: string): string => `--require ${join(__dirname, '../support', name)}`;
const PRELOAD = preload('ends-workers.cjs');
const HTML = { Accept: 'text/html' };
const answer: RequestListener = (request, response) => response.writeHead(request.url === '/404' ? 404 : 200).end('ok');

let directory: string;
let fleet: Fleet;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'workers-'));
});
afterEach(async () => {
  await fleet.close();
  rmSync(directory, { recursive: true });
});

async function serve(env: Readonly<Record<string, string>> = {}, listener = answer): Promise<void> {
  fleet = await Fleet.start(listener, env);
  await fleet.process.says('stdout', '"listening"');
}

/** Answers nothing until it is told to. */
function holding(): { readonly listener: RequestListener; readonly held: ServerResponse[] } {
  const held: ServerResponse[] = [];
  return { held, listener: (_request, response) => held.push(response) };
}

describe('two workers', () => {
  test('serve on one port, and their numbers are those of one', async () => {
    await serve();
    expect(fleet.workers).toHaveLength(2);
    expect(new Set(await fleet.getAll(300, '/'))).toEqual(new Set(['ok']));
    expect(await fleet.sample(REQUESTS)).toBe(300);
    expect(await fleet.sample('ambassador_workers_listening')).toBe(2);
  });

  test('write lines that are whole, however long they are', async () => {
    await serve();
    await fleet.getAll(200, `/${'x'.repeat(6000)}`);
    fleet.process.signal('SIGTERM');
    const { stdout } = await fleet.process.ended;
    expect(logLines(stdout).filter(({ message }) => message === 'exchange')).toHaveLength(200);
  });

  test('both show the new page when its file has changed', async () => {
    const file = join(directory, '404.html');
    writeFileSync(file, '<p>first</p>');
    await serve({ NOT_FOUND_PAGE: file });
    expect(new Set(await fleet.getAll(20, '/404', HTML))).toEqual(new Set(['<p>first</p>']));
    writeFileSync(`${file}.new`, '<p>second</p>');
    renameSync(`${file}.new`, file);
    const reloaded = /"worker":(\d).*"page reloaded"/g;
    await eventually(
      () => new Set(Array.from(fleet.process.stdout.matchAll(reloaded), ([, worker]) => worker)).size,
      (workers) => workers === 2,
    );
    expect(new Set(await fleet.getAll(20, '/404', HTML))).toEqual(new Set(['<p>second</p>']));
  });
});

describe('a worker that is killed', () => {
  test('is reported and replaced, and what it has counted still counts', async () => {
    await serve();
    await fleet.getAll(100, '/');
    expect(await fleet.sample(REQUESTS)).toBe(100);
    const [first = 0] = fleet.workers;
    kill(first, 'SIGKILL');
    await fleet.process.says('stdout', 'starting a replacement');
    expect(new Set(await fleet.getAll(20, '/'))).toEqual(new Set(['ok']));
    await fleet.process.says('stdout', 'replacement worker listening');
    expect(fleet.workers).toHaveLength(2);
    expect(fleet.workers).not.toContain(first);
    expect(new Set(await fleet.getAll(100, '/'))).toEqual(new Set(['ok']));
    expect(await fleet.sample(REQUESTS)).toBe(220);
    expect(await fleet.sample('ambassador_workers_lost_total')).toBe(1);
    const reports = logLines(fleet.process.stdout).filter(({ level }) => level === 'error');
    expect(reports).toEqual([expect.objectContaining({ worker: 1, pid: first, signal: 'SIGKILL' })]);
  });

  test('makes the rest leave with 70 when none can be started any more, after some tries', async () => {
    const flag = join(directory, 'flag');
    await serve({ NODE_OPTIONS: PRELOAD, ENDS_WORKERS: flag });
    writeFileSync(flag, '');
    for (const pid of fleet.workers) kill(pid, 'SIGKILL');
    await eventually(
      () => fleet.admin('/readyz'),
      (text) => text.startsWith('not ready'),
    );
    const { code, stdout } = await fleet.process.ended;
    expect(code).toBe(70);
    expect(
      logLines(stdout).filter(({ message }) => String(message).startsWith('worker exited unexpectedly')),
    ).toHaveLength(5);
  });

  test('before it ever listened ends the start with 70', async () => {
    const flag = join(directory, 'flag');
    writeFileSync(flag, '');
    fleet = await Fleet.start(answer, { NODE_OPTIONS: PRELOAD, ENDS_WORKERS: flag });
    const { code, stdout } = await fleet.process.ended;
    expect(code).toBe(70);
    expect(stdout).toContain('"code":9');
  });
});

describe('a signal to leave', () => {
  test('lets both finish what is under way, whoever else it reaches', async () => {
    const { listener, held } = holding();
    await serve({ DRAIN_DELAY: '1s' }, listener);
    const answers = fleet.getAll(40, '/');
    await eventually(
      () => held.length,
      (length) => length === 40,
    );
    // An idle one has some as well: its port, its wire to the first process, its standard output.
    expect(fleet.workers.map((pid) => fleet.socketsOf(pid) > 4)).toEqual([true, true]);
    for (const pid of fleet.workers) for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) kill(pid, signal);
    fleet.process.signal('SIGINT');
    await fleet.process.says('stdout', '"draining"');
    expect(await fleet.admin('/readyz')).toBe('not ready: draining\n');
    const late = fleet.get('/');
    await eventually(
      () => held.length,
      (length) => length === 41,
    );
    for (const response of held) response.end('done');
    expect(new Set([...(await answers), await late])).toEqual(new Set(['done']));
    const { code, stdout } = await fleet.process.ended;
    expect(code).toBe(0);
    expect(logLines(stdout).at(-1)).toMatchObject({ message: 'stopped', cutOff: 0 });
  });

  test('cuts off in time what does not finish, and says how much', async () => {
    const { listener, held } = holding();
    await serve({ DRAIN_TIMEOUT: '500ms' }, listener);
    const answers = Promise.allSettled(Array.from({ length: 10 }, () => fleet.get('/')));
    await eventually(
      () => held.length,
      (length) => length === 10,
    );
    fleet.process.signal('SIGTERM');
    const { code, stdout } = await fleet.process.ended;
    expect(code).toBe(0);
    expect(logLines(stdout).at(-1)).toMatchObject({ message: 'stopped', cutOff: 10 });
    expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set(['rejected']));
  });

  test('reaches a worker that is just being started', async () => {
    await serve();
    const [first = 0] = fleet.workers;
    kill(first, 'SIGKILL');
    await eventually(
      () => fleet.workers,
      (workers) => workers.length === 2 && !workers.includes(first),
    );
    fleet.process.signal('SIGTERM');
    const toldAt = performance.now();
    expect((await fleet.process.ended).code).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(5000);
  });

  test('that comes twice means at once, for all', async () => {
    const { listener, held } = holding();
    await serve({}, listener);
    const { workers } = fleet;
    const waiting = fleet.get('/').catch(() => 'cut off');
    await eventually(
      () => held.length,
      (length) => length === 1,
    );
    fleet.process.signal('SIGTERM');
    await fleet.process.says('stdout', '"draining"');
    fleet.process.signal('SIGTERM');
    expect((await fleet.process.ended).code).toBe(128 + 15);
    await untilGone(workers);
    expect(await waiting).toBe('cut off');
  });

  test('is not needed where the first process is gone', async () => {
    await serve();
    const { workers } = fleet;
    fleet.process.signal('SIGKILL');
    expect(await untilGone(workers)).toBe(true);
  });
});

describe('a start that cannot be', () => {
  test.each(['0', '65', '1.5', 'two', '-1'])('WORKERS=%s is refused with 78', async (workers) => {
    fleet = await Fleet.start(answer, { WORKERS: workers });
    const { code, stdout, stderr } = await fleet.process.ended;
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toContain(`WORKERS="${workers}"`);
  });

  describe('because the port is busy is told in one sentence, with 1, as for one process', () => {
    async function startTwice(env: Readonly<Record<string, string>> = {}): Promise<Partial<Ended>> {
      const other = await Fleet.start(answer);
      await other.process.says('stdout', '"listening"');
      fleet = await Fleet.start(answer, { ...env, PORT: `${other.port}` });
      const { code, stderr } = await fleet.process.ended;
      await other.close();
      return { code, stderr: stderr.replace(`${other.port}`, 'N') };
    }

    const refused = {
      code: 1,
      stderr: 'ambassador: PORT N is busy: another process listens there. Stop that process, or set another port.\n',
    };

    test('at once', async () => {
      expect(await startTwice()).toEqual(refused);
    });

    test('though a worker has not taken what it was handed', async () => {
      const env = { NODE_OPTIONS: preload('stalls-second-worker.cjs'), STALLED: join(directory, 'stalled') };
      expect(await startTwice(env)).toEqual(refused);
    });
  });

  test('as a worker without a first process is refused', async () => {
    fleet = await Fleet.start(answer, {}, ['worker']);
    expect((await fleet.process.ended).code).toBe(64);
  });
});
