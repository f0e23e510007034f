import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { scratchFolder } from '../conformance/servers/documents';
import { startSidecar, type Sidecar } from '../conformance/servers/sidecar';
import { type Property } from './property';
import { createRandom } from './random';
import { openRelayProperty } from './relay-property';
import { openRequestProperty } from './request-property';
import { openResponseProperty } from './response-property';
import { shrink } from './shrink';

/** How long each property is tried. Only a number of cases tries the same inputs on every machine. */
export type Budget =
  { readonly kind: 'cases'; readonly cases: number } | { readonly kind: 'seconds'; readonly seconds: number };

export interface FuzzOptions {
  readonly budget: Budget;
  readonly seed: number;
  /** Where failing inputs are saved. */
  readonly failures: string;
  readonly say: (text: string) => void;
}

export interface FuzzResult {
  readonly property: string;
  readonly cases: number;
  readonly durationMs: number;
  readonly failures: readonly string[];
  readonly socketsBefore: number;
  readonly socketsAfter: number;
  readonly memoryMiB: number;
}

type Start = (targetPort: number, settings?: Readonly<Record<string, string>>) => Promise<Sidecar>;
type Opener = (folder: string, start: Start) => Promise<Property<unknown>>;

/** For a target that waits for all of a few requests before it answers. */
const ALL_AT_ONCE = { MAX_PIPELINED: '64' };

/** The properties by the word that names them on the command line and in saved files. */
export const PROPERTIES: Readonly<Record<string, Opener>> = {
  relay: (_folder, start) => openRelayProperty(start),
  requests: (folder, start) => openRequestProperty(folder, start),
  responses: (_folder, start) => openResponseProperty((targetPort) => start(targetPort, ALL_AT_ONCE)),
};

/** More than this many failures say nothing new. */
const MAX_FAILURES = 5;

/** Tries every property, each against a sidecar of its own, side by side. */
export async function fuzz(options: FuzzOptions): Promise<readonly FuzzResult[]> {
  const folder = scratchFolder('fuzz');
  try {
    return await Promise.all(
      Object.keys(PROPERTIES).map((word) =>
        withProperty(word, folder, (one, sidecar) => runProperty(word, one, sidecar, options)),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Opens a property and its sidecar for as long as the work takes. */
export async function withProperty<T>(
  word: string,
  parent: string,
  work: (property: Property<unknown>, sidecar: Sidecar) => Promise<T>,
): Promise<T> {
  const open = PROPERTIES[word];
  if (open === undefined)
    throw new Error(`no property is called ${word}; there are ${Object.keys(PROPERTIES).join(', ')}`);
  const folder = join(parent, word);
  mkdirSync(folder);
  const sidecars: Sidecar[] = [];
  const property = await open(folder, async (targetPort, settings) => {
    const sidecar = await startSidecar(targetPort, settings);
    sidecars.push(sidecar);
    return sidecar;
  });
  try {
    const [sidecar] = sidecars;
    if (sidecar === undefined) throw new Error(`${word} started no sidecar`);
    return await work(property, sidecar);
  } finally {
    for (const sidecar of sidecars) await sidecar.stop();
    await property.stop();
  }
}

async function runProperty(
  word: string,
  property: Property<unknown>,
  sidecar: Sidecar,
  options: FuzzOptions,
): Promise<FuzzResult> {
  const failures: string[] = [];
  const socketsBefore = sidecar.socketCount();
  const startedAtMs = performance.now();
  let cases = 0;
  while (isWithin(options.budget, cases, performance.now() - startedAtMs) && failures.length < MAX_FAILURES) {
    const input = property.generate(createRandom(options.seed + cases * 0x9e37));
    const failure = await property.check(input);
    cases++;
    if (failure !== undefined) failures.push(await saveFailure(word, property, input, options));
    if (sidecar.death() !== undefined) break;
  }
  const durationMs = performance.now() - startedAtMs;
  const socketsAfter = sidecar.death() === undefined ? await settledSockets(sidecar, socketsBefore) : 0;
  if (socketsAfter > socketsBefore)
    failures.push(`${socketsAfter} sockets open at the end, ${socketsBefore} at the start`);
  const memoryMiB = sidecar.death() === undefined ? sidecar.residentMiB() : 0;
  return { property: property.name, cases, durationMs, failures, socketsBefore, socketsAfter, memoryMiB };
}

const isWithin = (budget: Budget, cases: number, durationMs: number): boolean =>
  budget.kind === 'cases' ? cases < budget.cases : durationMs < budget.seconds * 1000;

async function saveFailure(
  word: string,
  property: Property<unknown>,
  input: unknown,
  { failures, say }: FuzzOptions,
): Promise<string> {
  const smallest = await shrink(property, input);
  const failure = (await property.check(smallest)) ?? 'fails now and then';
  mkdirSync(failures, { recursive: true });
  const file = join(failures, `${word}-${Date.now()}.json`);
  writeFileSync(file, JSON.stringify({ property: word, failure, input: smallest, found: input }, null, 1));
  say(`${property.name}: ${failure}\n    saved in ${file}`);
  return failure;
}

/** What the sidecar may still be discarding is over by then. */
const SETTLE_LIMIT_MS = 8_000;

async function settledSockets(sidecar: Sidecar, baseline: number): Promise<number> {
  const giveUpAt = performance.now() + SETTLE_LIMIT_MS;
  while (sidecar.socketCount() > baseline && performance.now() < giveUpAt) await delay(50);
  return sidecar.socketCount();
}
