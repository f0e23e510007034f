import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const BUILT_LOG = join(__dirname, '../../dist/log/log.js');

/** Logs so many KiB as fast as it can, watches how long its own event loop is ever held up, then leaves. */
const WRITER = `
  const { createLog } = require(${JSON.stringify(BUILT_LOG)});
  const log = createLog({ level: 'info', format: 'json', stdout: process.stdout, stderr: process.stderr });
  const filler = 'x'.repeat(1000), total = Number(process.argv[1]);
  let lines = 0, longestPauseMs = 0, before = performance.now();
  function turn() {
    const now = performance.now();
    longestPauseMs = Math.max(longestPauseMs, now - before);
    before = now;
    for (let i = 0; i < 50; i++, lines++) log.logger.info({ filler }, 'line');
    if (lines < total) setTimeout(turn, 0); else leave();
  }
  async function leave() {
    const dropped = log.dropped();
    await log.close(300);
    console.error(JSON.stringify({ longestPauseMs, dropped }));
    process.exit(0);
  }
  turn();
`;

interface Result {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs a shell command in a process group of its own, so that whatever it leaves behind can be ended. */
async function run(command: string, lastWord: string): Promise<Result> {
  const child = spawn('sh', ['-c', command, 'sh', process.execPath, WRITER], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    // Every process of the pipe has said its last word; only the stalled reader is left.
    if (stderr.includes(lastWord) && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

function report(stderr: string): { readonly longestPauseMs: number; readonly dropped: number } {
  return JSON.parse(stderr.split('\n')[0] ?? '') as ReturnType<typeof report>;
}

describe('a log whose reader has stalled', () => {
  test.each([
    ['a pipe', '{ "$1" -e "$2" 12000; echo "left with $?" >&2; } | sleep 60'],
    ['a socket', '"$1" -e "$2" 12000; echo "left with $?" >&2'],
  ])('neither holds up the process nor keeps it from leaving: %s', async (_kind, command) => {
    const { stderr } = await run(command, 'left with');
    expect(stderr).toContain('left with 0');
    expect(report(stderr).longestPauseMs).toBeLessThan(5000);
    expect(report(stderr).dropped).toBeGreaterThan(5000);
  });
});

test('a log whose reader has gone does not end the process', async () => {
  const { stderr } = await run('{ "$1" -e "$2" 12000; echo "left with $?" >&2; } | true; wait', 'left with');
  expect(stderr).toContain('left with 0');
});

test('nothing that is within the bound is lost when the process leaves at once', async () => {
  const { stderr } = await run('{ "$1" -e "$2" 3000; echo "left with $?" >&2; } | wc -l >&2; echo done >&2', 'done');
  expect(report(stderr).dropped).toBe(0);
  expect(stderr).toMatch(/^\s*3000$/m);
});
