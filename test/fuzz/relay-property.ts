import { connect } from 'node:net';

import { type Sidecar } from '../conformance/servers/sidecar';
import { randomExchange, type ScriptedExchange } from './messages';
import { readResponses, type ModelResponse } from '../conformance/reference-reader';
import { End, startScriptedTarget, within, writePieces, type ScriptedTarget } from './ports';
import { HANG_MS, type Property } from './property';
import { piecesOf, randomCuts, type Random } from './random';
import { relayedRequests, relayedResponses } from './repairs';

/** Valid exchanges, and how the bytes of either side are cut. */
export interface RelayInput {
  readonly exchanges: readonly ScriptedExchange[];
  readonly requestCuts: readonly number[];
  readonly responseCuts: readonly number[];
  /** All requests at once, or each after the response to the one before. */
  readonly isPipelined: boolean;
}

function generate(random: Random): RelayInput {
  const count = random.chance(0.02) ? 40 : 1 + random.below(5);
  const exchanges: ScriptedExchange[] = [];
  for (let index = 0; index < count; index++) {
    const exchange = randomExchange(random, String(index), index === count - 1);
    exchanges.push(exchange);
    if (exchange.isLast) break;
  }
  const requests = exchanges.reduce((sum, { request }) => sum + request.length, 0);
  const responses = exchanges.reduce((sum, { response }) => sum + response.length, 0);
  return {
    exchanges,
    requestCuts: randomCuts(random, requests),
    responseCuts: randomCuts(random, responses),
    isPipelined: random.chance(0.5),
  };
}

/** What must arrive of an exchange: its bytes, but for the repairs and the trailers of requests. */
interface Relayed {
  readonly request: string;
  readonly response: string;
}

function relayedOf(exchange: ScriptedExchange): Relayed {
  if (exchange.isOpaque) return exchange;
  const { request, response, method } = exchange;
  return { request: relayedRequests(request).whole, response: relayedResponses(response, [method]).whole };
}

const textOf = (relayed: readonly Relayed[], side: 'request' | 'response'): string =>
  relayed.map((each) => each[side]).join('');

/** What was cut at positions of the whole text, one message at a time. */
function piecesByMessage(texts: readonly string[], cuts: readonly number[]): readonly (readonly string[])[] {
  let start = 0;
  return texts.map((text) => {
    const from = start;
    start += text.length;
    return piecesOf(
      text,
      cuts.filter((cut) => cut > from && cut < from + text.length).map((cut) => cut - from),
    );
  });
}

/** Answers each request when all of it is there; ends when the last was answered and said so, or the client ended. */
async function playTarget(end: End, input: RelayInput, relayed: readonly Relayed[]): Promise<void> {
  const { exchanges, responseCuts } = input;
  const responses = piecesByMessage(
    exchanges.map(({ response }) => response),
    responseCuts,
  );
  let expected = 0;
  for (const index of exchanges.keys()) {
    expected += relayed[index]?.request.length ?? 0;
    if (!(await end.has(expected))) break;
    await writePieces(end.socket, responses[index] ?? []);
  }
  const last = exchanges.at(-1);
  if (last?.isLast === true && !last.isOpaque) end.socket.end();
  await end.over();
  end.socket.end();
}

/** Sends everything, and ends when all responses are there; gives what came back. */
async function playClient(end: End, input: RelayInput, expectedOf: (index: number) => number): Promise<void> {
  const { exchanges, requestCuts, isPipelined } = input;
  const requests = piecesByMessage(
    exchanges.map(({ request }) => request),
    requestCuts,
  );
  for (const [index, pieces] of requests.entries()) {
    if (!isPipelined && index > 0 && !(await end.has(expectedOf(index)))) break;
    await writePieces(end.socket, pieces);
  }
  await end.has(expectedOf(exchanges.length));
  end.socket.end();
  await end.over();
}

/** How many bytes the first so many responses have; unknowable where a page of ours is among them. */
function lengthOfResponses(relayed: readonly Relayed[]): (count: number) => number {
  return (count) => relayed.slice(0, count).reduce((sum, { response }) => sum + response.length, 0);
}

class RelayProperty implements Property<RelayInput> {
  readonly name = 'valid exchanges, cut anywhere, arrive as the rules say';
  readonly generate = generate;
  readonly #target: ScriptedTarget;
  readonly #sidecar: Sidecar;

  constructor(target: ScriptedTarget, sidecar: Sidecar) {
    this.#target = target;
    this.#sidecar = sidecar;
  }

  async check(input: RelayInput): Promise<string | undefined> {
    const isMixed = input.exchanges.some(({ isOverridden }) => isOverridden);
    // The length of our page is not known here: then everything is sent at once and the end awaited.
    const play = isMixed ? { ...input, isPipelined: true } : input;
    const relayed = input.exchanges.map(relayedOf);
    const ends: End[] = [];
    let target: Promise<void> = Promise.resolve();
    this.#target.serve((socket) => {
      const end = new End(socket);
      ends.push(end);
      target = playTarget(end, play, relayed);
    });
    const client = new End(
      connect({ port: this.#sidecar.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }),
    );
    const expected = isMixed ? (): number => 0 : lengthOfResponses(relayed);
    const both = playClient(client, play, expected).then(() => target);
    const outcome = await within(both, HANG_MS);
    const [targetEnd] = ends;
    const found = outcome === 'hang' ? 'hang' : judge(input, relayed, client, targetEnd, isMixed);
    for (const end of [client, ...ends]) end.socket.destroy();
    return found === undefined ? undefined : `${found}; sidecar: ${this.#sidecar.death() ?? 'alive'}`;
  }

  simpler(input: RelayInput): readonly RelayInput[] {
    const uncut = [
      { ...input, requestCuts: [], responseCuts: [] },
      { ...input, requestCuts: [] },
      { ...input, responseCuts: [] },
    ].filter(
      (each) =>
        each.requestCuts.length + each.responseCuts.length < input.requestCuts.length + input.responseCuts.length,
    );
    const fewer = input.exchanges.map((_, index) => ({
      ...input,
      exchanges: input.exchanges.filter((__, other) => other !== index),
    }));
    const fewerCuts = [0, 1, 2, 3].flatMap((at) => [
      { ...input, requestCuts: input.requestCuts.filter((_, index) => index % 4 !== at) },
      { ...input, responseCuts: input.responseCuts.filter((_, index) => index % 4 !== at) },
    ]);
    const smaller = fewerCuts.filter(
      (each) =>
        each.requestCuts.length + each.responseCuts.length < input.requestCuts.length + input.responseCuts.length,
    );
    return [...uncut, ...fewer.filter(({ exchanges }) => exchanges.length > 0), ...smaller];
  }

  stop(): Promise<void> {
    return this.#target.stop();
  }
}

function judge(
  input: RelayInput,
  relayed: readonly Relayed[],
  client: End,
  target: End | undefined,
  isMixed: boolean,
): string | undefined {
  if (target === undefined) return 'the target was never connected to';
  if (client.wasReset) return 'the client was cut off';
  if (target.wasReset) return 'the target was cut off';
  const requests = differenceBetween(textOf(relayed, 'request'), target.received.toString('latin1'));
  if (requests !== undefined) return `at the target ${requests}`;
  if (isMixed) return judgeOverridden(input, relayed, client.received);
  const responses = differenceBetween(textOf(relayed, 'response'), client.received.toString('latin1'));
  return responses === undefined ? undefined : `at the client ${responses}`;
}

function differenceBetween(sent: string, received: string): string | undefined {
  if (sent === received) return undefined;
  let at = 0;
  while (sent[at] === received[at]) at++;
  const near = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));
  return `${received.length} bytes of ${sent.length}, other from ${at} on: sent ${near(sent)}, received ${near(received)}`;
}

/** With a page of ours among them the bytes differ: then every response but ours has to be the same. */
function judgeOverridden(input: RelayInput, relayed: readonly Relayed[], received: Buffer): string | undefined {
  const methods = input.exchanges.map(({ method }) => method);
  const before = readResponses(Buffer.from(textOf(relayed, 'response'), 'latin1'), methods, true);
  const after = readResponses(received, methods, true);
  if (after.ending.at === 'fault') return `unreadable with a page in it: ${after.ending.why}`;
  if (before.responses.length !== after.responses.length)
    return `${after.responses.length} responses of ${before.responses.length}`;
  for (const [index, exchange] of input.exchanges.entries()) {
    const found = judgeResponse(exchange, before.responses[index], after.responses[index]);
    if (found !== undefined) return `response ${index}: ${found}`;
  }
  return undefined;
}

function judgeResponse(
  exchange: ScriptedExchange,
  sent: ModelResponse | undefined,
  got: ModelResponse | undefined,
): string | undefined {
  if (sent === undefined || got === undefined) return undefined; // as many on either side, as was seen above
  if (got.status !== sent.status) return `status ${sent.status} became ${got.status}`;
  if (exchange.isOverridden) return exchange.method === 'HEAD' || got.body.includes('<') ? undefined : 'no page';
  return sent.head === got.head && sent.body.equals(got.body) ? undefined : 'changed';
}

export async function openRelayProperty(
  start: (targetPort: number) => Promise<Sidecar>,
): Promise<Property<RelayInput>> {
  const target = await startScriptedTarget();
  return new RelayProperty(target, await start(target.port));
}
