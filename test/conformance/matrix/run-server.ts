import { mkdirSync, chmodSync } from 'node:fs';
import { join } from 'node:path';

import { type Maker } from '../servers/launch';
import { CHECKS, type Check } from './check';
import { isFetched } from './chromium-client';
import { type Client } from './client';
import { differences, withoutOwn, type Asked } from './compare';
import { rawClient, runUnusual, UNUSUAL_NAMES } from './raw-client';
import { directRoute, observe, sidecarRoute, type Route } from './route';
import { type Seen } from './observation';
import { talkWebSocket, timeEvents } from './special';

export interface ServerResult {
  readonly server: string;
  readonly checks: number;
  /** Checks per final status that the client saw without the sidecar: shows what was really tried. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
  /** Differences that the server shows without the sidecar too, from one time to the next. */
  readonly own: readonly string[];
}

interface Task {
  readonly name: string;
  readonly asked: Asked;
  act(port: number): Promise<readonly Seen[]>;
}

/** What a browser sends when it opens a page. */
const BROWSER_ACCEPT = 'text/html';

function taskOf(client: Client, check: Check): Task {
  const isBrowser = client.name === 'chromium';
  const isForScript = isBrowser && isFetched(check);
  const accept = check.fields['Accept'] ?? (isBrowser && !isForScript ? BROWSER_ACCEPT : undefined);
  return {
    name: `${client.name}: ${check.name}`,
    asked: { method: check.method, accept, isForScript },
    act: (port) => client.run(check, port),
  };
}

function tasksFor(clients: readonly Client[]): readonly Task[] {
  const common = clients.flatMap((client) =>
    CHECKS.filter((check) => client.can(check)).map((check) => taskOf(client, check)),
  );
  const unusual = UNUSUAL_NAMES.map((name) => ({
    name: `${rawClient.name}: ${name}`,
    asked: { method: name === 'asterisk form' ? 'OPTIONS' : 'GET', accept: undefined, isForScript: false },
    act: (port: number) => runUnusual(name, port),
  }));
  return clients.includes(rawClient) ? [...common, ...unusual] : common;
}

/** Puts one server behind both routes and makes every client compare them. */
export async function runServer(
  maker: Maker,
  clients: readonly Client[],
  scratch: string,
  documents: string,
): Promise<ServerResult> {
  const folder = join(scratch, maker.name.replaceAll(/\W+/g, '-'));
  mkdirSync(folder);
  chmodSync(folder, 0o777); // some servers give up root before they write here
  const server = await maker.start({ folder, documents, role: { is: 'site' } });
  try {
    const direct = await directRoute(server.port);
    const through = await sidecarRoute(server.port);
    try {
      return await compareRoutes(maker.name, tasksFor(clients), direct, through);
    } finally {
      await direct.stop();
      await through.stop();
    }
  } finally {
    await server.stop();
  }
}

async function compareRoutes(
  server: string,
  tasks: readonly Task[],
  direct: Route,
  through: Route,
): Promise<ServerResult> {
  const found: string[] = [];
  const own: string[] = [];
  const statuses: Record<string, number> = {};
  for (const task of tasks) {
    const result = await compareTask(task, direct, through);
    for (const difference of result.differences) found.push(`${task.name}: ${difference}`);
    for (const difference of result.own) own.push(`${task.name}: ${difference}`);
    for (const status of result.statuses) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  const special = await compareSpecial(direct, through);
  found.push(...special.differences);
  return { server, checks: tasks.length + special.checks, statuses, differences: found, own };
}

interface TaskResult {
  readonly differences: readonly string[];
  readonly own: readonly string[];
  readonly statuses: readonly string[];
}

/** How often a server is asked without the sidecar whether it differs from itself, as where its answer depends on a race. */
const ASKED_AGAIN = 20;

/** A difference counts when it shows twice, and never without the sidecar. */
async function compareTask(task: Task, direct: Route, through: Route): Promise<TaskResult> {
  let result: TaskResult = { differences: [], own: [], statuses: [] };
  for (let attempt = 0; attempt < 2; attempt++) {
    const one = await observe(direct, (port) => task.act(port));
    const other = await observe(through, (port) => task.act(port));
    const isBrowser = task.name.startsWith('chromium');
    // A browser opens connections ahead of need and asks for icons, at moments of its own.
    const blind = { connections: 0, forwarded: '' };
    const [left, right] = isBrowser
      ? [
          { ...one, ...blind },
          { ...other, ...blind },
        ]
      : [one, other];
    const statuses = one.error === '' ? one.seen.map(({ status }) => String(status)) : ['error'];
    const found = differences(task.asked, left, right);
    result = { differences: found, own: [], statuses };
    for (let again = 0; attempt === 1 && again < ASKED_AGAIN && result.differences.length > 0; again++) {
      const repeated = await observe(direct, (port) => task.act(port));
      const left = withoutOwn(result.differences, one, repeated);
      result = { statuses, differences: left, own: found.filter((difference) => !left.includes(difference)) };
    }
    if (result.differences.length === 0) break;
  }
  return result;
}

/** The three events of a site take this long at least; held back they would come at once. */
const EVENT_SPREAD_MS = 30;
const HELD_BACK_MS = 5;

async function compareSpecial(
  direct: Route,
  through: Route,
): Promise<{ checks: number; differences: readonly string[] }> {
  const found: string[] = [];
  let checks = 0;
  const talk = await observe(direct, talkWebSocket);
  if (talk.error === '') {
    checks++;
    const other = await observe(through, talkWebSocket);
    const asked = { method: 'GET', accept: undefined, isForScript: false };
    const blind = { forwarded: '' }; // the handshake has a random key, the frames a random mask
    found.push(...differences(asked, { ...talk, ...blind }, { ...other, ...blind }));
  }
  if ((await timeEvents(direct.port)) > EVENT_SPREAD_MS) {
    checks++;
    const spread = await timeEvents(through.port);
    if (spread < HELD_BACK_MS) found.push(`events came all at once, ${spread.toFixed(0)} ms from first to last`);
  }
  return { checks, differences: found.map((difference) => `special: ${difference}`) };
}
