import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPLETE, type What, outcomeOf } from '../network/outcome';
import { type Read, readSocket, readWithAgent, readWithCurl } from '../network/readers';
import { ALL_ENDINGS, ENDINGS, type Ending, type SurplusTarget, listenAsSurplusTarget } from '../network/target';
import { eventually } from '../support/eventually';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';

/*
 * A response that is complete reaches the client completely, whatever the target does after it and however slowly the client
 * reads: every byte, every time. Played with the built process.
 */

jest.setTimeout(120_000);

const KIB = 1024;
/** What is read, and how many times at once. */
const READS: readonly (readonly [what: What, count: number])[] = [
  [64 * KIB, 8],
  [180_000, 6],
  [1024 * KIB, 2],
  [5 * 1024 * KIB, 1],
  ['missing', 6],
];
const COUNT = READS.reduce((sum, [, count]) => sum + count, 0);
const PAGE = Buffer.from(
  `<!doctype html>\n${'<p>This page is as large as an image in it makes it.</p>\n'.repeat(8_000)}`,
);

/** The ends of a connection show in a client that reads to the end; a target that persists would make it wait. */
const THAT_END = ALL_ENDINGS.filter((ending) => ending !== 'persist');

const withCurl = spawnSync('curl', ['--version']).status === 0 ? describe : describe.skip;

let folder: string;
let target: SurplusTarget;
let sidecar: SidecarProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ambassador-complete-'));
  const page = join(folder, 'page.html');
  writeFileSync(page, PAGE);
  target = await listenAsSurplusTarget();
  sidecar = await spawnSidecar({ TARGET_PORT: String(target.port), NOT_FOUND_PAGE: page, LOG_LEVEL: 'info' });
});
afterAll(async () => {
  await sidecar.close();
  await target.close();
  rmSync(folder, { recursive: true });
});

/** The outcomes of so many reads at the same time. */
const outcomesOf = (count: number, read: Read, ending: Ending, what: What): Promise<string[]> => {
  const place = { host: '127.0.0.1', port: sidecar.port };
  return Promise.all(Array.from({ length: count }, () => outcomeOf(read, place, ending, what, PAGE)));
};

const complete = (count: number): string[] => Array.from({ length: count }, () => COMPLETE);

const terminations = (): readonly string[] =>
  sidecar.lines
    .filter((line) => line.includes('"message":"exchange"'))
    .map((line) => (JSON.parse(line) as { termination: string }).termination);

describe.each(THAT_END)('after the response the target sends: %s', (ending) => {
  test.each([
    ['fast', false],
    ['slow', true],
  ])(`A %s reader gets every byte of each response, and ${ENDINGS[ending]} cuts none.`, async (_speed, isSlow) => {
    const before = terminations().length;
    const outcomes = await Promise.all(
      READS.map(([size, count]) => outcomesOf(count, readSocket(isSlow), ending, size)),
    );
    expect(outcomes).toEqual(READS.map(([, count]) => complete(count)));
    const ended = await eventually(terminations, ({ length }) => length === before + COUNT);
    expect(new Set(ended.slice(before))).toEqual(new Set(['ok']));
  });
});

withCurl('curl', () => {
  test.each(THAT_END)('gets every byte at a limited rate, whatever the target sends after it: %s', async (ending) => {
    const outcomes = await Promise.all([
      outcomesOf(3, readWithCurl('400k'), ending, 180_000),
      outcomesOf(3, readWithCurl('800k'), ending, 'missing'),
      outcomesOf(1, readWithCurl('5M'), ending, 5 * 1024 * KIB),
    ]);
    expect(outcomes).toEqual([complete(3), complete(3), complete(1)]);
  });
});

test.each(ALL_ENDINGS)(
  'A Node client that keeps its connections gets every byte of each response: %s',
  async (ending) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const read = readWithAgent(agent);
    const outcomes = await Promise.all([
      outcomesOf(40, read, ending, 64 * KIB),
      outcomesOf(10, read, ending, 180_000),
      outcomesOf(10, read, ending, 'missing'),
    ]);
    agent.destroy();
    expect(outcomes).toEqual([complete(40), complete(10), complete(10)]);
  },
);
