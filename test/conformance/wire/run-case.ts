import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Answer, readAnswer, valuesOf } from '../../support/answer';
import { type ScriptedTarget } from '../../support/scripted-target';
import { show } from '../../support/show';
import { type Wire, dial } from '../../support/wire';
import { type Case, type ExpectedAnswer, type Side, type Step } from './case-file';
import { type Cut } from './cuts';

/** Where a case is played: a sidecar that listens on `port`, and the target behind it. */
export interface Stage {
  readonly port: number;
  readonly target: ScriptedTarget;
}

/**
 * How many turns of the event loop pass before "nothing more" is believed. A sidecar in this process needs one turn
 * to read and one for its target to read.
 */
const QUIET_TURNS = 12;

/** The conversation in progress. The target's connection appears when a step first asks for it. */
class Conversation {
  readonly #stage: Stage;
  readonly #cut: Cut;
  readonly #client: Wire;
  #target: Wire | undefined;

  constructor(stage: Stage, cut: Cut, client: Wire) {
    this.#stage = stage;
    this.#cut = cut;
    this.#client = client;
  }

  async play(step: Step, index: number): Promise<void> {
    switch (step.kind) {
      case 'send': {
        const wire = await this.#peer(step.side);
        expectNothingUntaken(step.side, wire);
        return wire.send(...this.#cut.pieces(index, step.bytes));
      }
      case 'get':
        return (await this.#peer(step.side)).take(step.bytes);
      case 'get-at-most':
        return this.#expectAtMost(step.side, step.bytes);
      case 'get-nothing':
        return this.#expectNothing(step.side);
      case 'answer':
        return expectAnswer(this.#client, step.expected);
      case 'end': {
        const wire = await this.#peer(step.side);
        if (step.how === 'resets') wire.reset();
        else wire.close();
        return;
      }
      case 'see-end':
        return this.#expectEnd(step.side, step.how);
    }
  }

  /** Whatever the case left open ends in an orderly way, and nothing that it did not mention has arrived. */
  async finish(): Promise<void> {
    this.#client.close();
    for (const wire of this.#stage.target.connections) {
      await wire.ended();
      expectNothingUntaken('target', wire);
      wire.close();
    }
    await this.#client.ended();
    expectNothingUntaken('client', this.#client);
    if (this.#stage.target.connections.length > 1) throw new Error('the target was connected to more than once');
  }

  async #peer(side: Side): Promise<Wire> {
    if (side === 'client') return this.#client;
    this.#target ??= await this.#stage.target.next();
    return this.#target;
  }

  /** A side may see any beginning of these bytes, and then an end; a target may not have been connected to at all. */
  async #expectAtMost(side: Side, most: Buffer): Promise<void> {
    await this.#client.ended();
    for (const wire of side === 'client' ? [this.#client] : this.#stage.target.connections) {
      await wire.ended();
      const got = wire.untaken;
      if (!most.subarray(0, got.length).equals(got)) throw new Error(`the ${side} got more: ${show(got)}`);
      await wire.take(got);
    }
  }

  async #expectNothing(side: Side): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) await nextTurn();
    if (side === 'client') {
      expectNothingUntaken('client', this.#client);
      return;
    }
    const { connections } = this.#stage.target;
    if (this.#target === undefined && connections.length > 0) throw new Error('the target was connected to');
    for (const wire of connections) expectNothingUntaken('target', wire);
  }

  async #expectEnd(side: Side, how: 'closed' | 'reset' | 'cut off'): Promise<void> {
    const wire = await this.#peer(side);
    const ending = await wire.ended();
    if (how !== 'cut off' && ending !== how) throw new Error(`expected the ${side} to be ${how}, but it was ${ending}`);
    expectNothingUntaken(side, wire);
  }
}

function expectNothingUntaken(side: Side, { untaken }: Wire): void {
  if (untaken.length > 0) throw new Error(`the ${side} got what the case does not mention: ${show(untaken)}`);
}

async function expectAnswer(client: Wire, expected: ExpectedAnswer): Promise<void> {
  const measure = (received: Buffer): number | undefined => readAnswer(received, expected.toMethod)?.length;
  const bytes = await client.takeSome(measure, `an answer with status ${expected.statuses.join(' or ')}`);
  const answer = readAnswer(bytes, expected.toMethod);
  if (answer === undefined) throw new Error(`not an answer: ${show(bytes)}`);
  const problem = differenceOf(answer, expected);
  if (problem !== undefined) throw new Error(`${problem}, in ${show(bytes)}`);
}

function differenceOf(answer: Answer, expected: ExpectedAnswer): string | undefined {
  if (!expected.statuses.includes(answer.status)) return `expected status ${expected.statuses.join(' or ')}`;
  for (const name of new Set(expected.fields.map(([each]) => each))) {
    const wanted = expected.fields.filter(([each]) => each === name).map(([, value]) => value);
    const values = valuesOf(answer, name);
    if (wanted.length !== values.length || !wanted.every((value, index) => value === '*' || value === values[index])) {
      return `expected ${name} to be ${JSON.stringify(wanted)}, but it is ${JSON.stringify(values)}`;
    }
  }
  const unwanted = expected.absent.find((name) => valuesOf(answer, name).length > 0);
  if (unwanted !== undefined) return `expected no ${unwanted}`;
  if (expected.content !== undefined && !answer.content.equals(expected.content)) {
    return `expected the content ${show(expected.content)}`;
  }
  return undefined;
}

/** Plays one case, cut in one way; resolves when every promise in it was kept and both connections are gone. */
export async function play({ steps, name }: Case, stage: Stage, cut: Cut): Promise<void> {
  const client = await dial(stage.port);
  const conversation = new Conversation(stage, cut, client);
  let at = 0;
  try {
    for (const [index, step] of steps.entries()) {
      at = index + 1;
      await conversation.play(step, index);
    }
    at += 1;
    await conversation.finish();
  } catch (cause) {
    const where = at > steps.length ? 'at its end' : `at step ${at}, ${steps[at - 1]?.kind ?? ''}`;
    throw new Error(`${name}, ${cut.name}, ${where}: ${(cause as Error).message}`, { cause });
  } finally {
    await client.dispose();
    await stage.target.forget();
  }
}
