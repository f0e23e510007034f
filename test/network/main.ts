/**
 * Reads responses that are complete across a network, with every client that is at hand. `.ci/network` makes the
 * network and runs both ends:
 *
 *   ts-node test/network/main.ts target PORT                   the target, whose paths say what it does after a response
 *   ts-node test/network/main.ts clients HOST PORT PAGE        the clients; PAGE is the file that replaces its 404
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { launchChromium, readWithChromium } from './chromium';
import { COMPLETE, type What, outcomeOf } from './outcome';
import { type Place, type Read, readSocket, readWithAgent, readWithCurl } from './readers';
import { ALL_ENDINGS, ENDINGS, type Ending, listenAsSurplusTarget } from './target';

const KIB = 1024;
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** A client, the resources that it reads, and the number of parallel reads of each. */
interface Check {
  readonly client: string;
  readonly read: Read;
  readonly reads: readonly (readonly [what: What, count: number])[];
  /** Whether the client needs the end of the connection to know the end of the response. */
  readonly readsToEnd: boolean;
  /** A browser opens six connections to a host, and lets other reads wait until they fail. */
  readonly isBrowser?: true;
}

const USUAL: Check['reads'] = [
  [64 * KIB, 3],
  [180_000, 3],
  ['missing', 3],
  [5 * 1024 * KIB, 1],
];

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function measureConnect(host: string, port: number): Promise<number> {
  const startedAt = performance.now();
  const socket = connect({ host, port });
  await once(socket, 'connect');
  const tookMs = performance.now() - startedAt;
  socket.destroy();
  return tookMs;
}

async function failuresOf(check: Check, place: Omit<Place, 'path'>, ending: Ending, page: Buffer): Promise<string[]> {
  const outcomes = await Promise.all(
    check.reads.flatMap(([what, count]) =>
      Array.from(
        { length: count },
        async () => [what, await outcomeOf(check.read, place, ending, what, page)] as const,
      ),
    ),
  );
  return outcomes.filter(([, outcome]) => outcome !== COMPLETE).map(([what, outcome]) => `${what}: ${outcome}`);
}

async function inTurn<Result>(jobs: readonly (() => Promise<Result>)[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const job of jobs) results.push(await job());
  return results;
}

async function runClients(host: string, port: number, page: Buffer): Promise<number> {
  say(`# a connection takes ${(await measureConnect(host, port)).toFixed(1)} ms to open`);
  const browser = await launchChromium(CHROMIUM);
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const checks: readonly Check[] = [
    { client: 'a fast socket', read: readSocket(false), reads: USUAL, readsToEnd: true },
    { client: 'a slow socket', read: readSocket(true), reads: USUAL, readsToEnd: true },
    { client: 'curl', read: readWithCurl('1G'), reads: USUAL, readsToEnd: false },
    { client: 'curl at 300 kB/s', read: readWithCurl('300k'), reads: USUAL.slice(0, 3), readsToEnd: false },
    { client: 'a Node agent', read: readWithAgent(agent), reads: USUAL, readsToEnd: false },
    {
      client: 'Chromium',
      read: readWithChromium(browser),
      reads: [
        [180_000, 3],
        ['missing', 3],
      ],
      readsToEnd: false,
      isBrowser: true,
    },
  ];
  let failed = 0;
  for (const check of checks) {
    const endings = ALL_ENDINGS.filter((ending) => !check.readsToEnd || ending !== 'persist');
    const results = endings.map((ending) => () => failuresOf(check, { host, port }, ending, page));
    const found = check.isBrowser ? await inTurn(results) : await Promise.all(results.map((result) => result()));
    for (const [index, ending] of endings.entries()) {
      const failures = found[index] ?? [];
      say(`${failures.length === 0 ? 'ok      ' : 'FAILED  '}${check.client}; after the response: ${ENDINGS[ending]}`);
      for (const failure of failures) say(`          ${failure}`);
      if (failures.length > 0) failed++;
    }
  }
  agent.destroy();
  await browser.close();
  return failed;
}

async function main([role, ...rest]: readonly string[]): Promise<void> {
  if (role === 'target') {
    await listenAsSurplusTarget(Number(rest[0]));
    return;
  }
  const [host = '', port = '', page = ''] = rest;
  const failed = await runClients(host, Number(port), readFileSync(page));
  say(failed === 0 ? '# every response arrived completely' : `# ${failed} checks FAILED`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
