import { connect } from 'node:net';

import { type Sidecar } from '../conformance/servers/sidecar';
import { randomExchange } from './messages';
import { readResponses } from '../conformance/reference-reader';
import { mutate } from './mutate';
import { End, startScriptedTarget, within, writePieces, type ScriptedTarget } from './ports';
import { HANG_MS, shorter, type Property } from './property';
import { piecesOf, randomCuts, type Random } from './random';

/** What a target answers, right or wrong, to a number of requests that came at once. */
export interface ResponseInput {
  readonly methods: readonly string[];
  readonly text: string;
  readonly cuts: readonly number[];
  readonly ending: 'end' | 'reset' | 'stay';
}

function generate(random: Random): ResponseInput {
  const count = 1 + random.below(3);
  const exchanges = Array.from({ length: count }, (_, index) =>
    randomExchange(random, String(index), index === count - 1),
  );
  const valid = exchanges.map(({ response }) => response).join('');
  const text = random.chance(0.8) ? mutate(random, valid) : valid.slice(0, random.below(valid.length + 1));
  return {
    methods: exchanges.map(({ method }) => (method === 'CONNECT' || method === 'OPTIONS' ? 'GET' : method)),
    text,
    cuts: randomCuts(random, text.length),
    ending: random.pick(['end', 'end', 'reset', 'stay']),
  };
}

const requestsOf = (methods: readonly string[]): string =>
  methods.map((method) => `${method} / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n`).join('');

/**
 * Whatever a target answers: the sidecar neither dies nor hangs, never gives a client more responses than it asked for,
 * and never makes content that was cut off look whole.
 */
class ResponseProperty implements Property<ResponseInput> {
  readonly name = 'damaged responses are told apart from whole ones';
  readonly generate = generate;
  readonly #target: ScriptedTarget;
  readonly #sidecar: Sidecar;

  constructor(target: ScriptedTarget, sidecar: Sidecar) {
    this.#target = target;
    this.#sidecar = sidecar;
  }

  async check(input: ResponseInput): Promise<string | undefined> {
    const requests = requestsOf(input.methods);
    const ends: End[] = [];
    this.#target.serve((socket) => {
      const end = new End(socket);
      ends.push(end);
      void playTarget(end, requests.length, input);
    });
    const client = new End(
      connect({ port: this.#sidecar.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }),
    );
    client.socket.write(requests, 'latin1');
    const outcome = await within(leaveAfter(client, ends, input), HANG_MS);
    const found = this.#judge(input, client);
    for (const end of [client, ...ends]) end.socket.destroy();
    return found ?? outcome;
  }

  #judge({ methods, text, ending }: ResponseInput, client: End): string | undefined {
    const death = this.#sidecar.death();
    if (death !== undefined) return `the sidecar died: ${death}`;
    const { responses, ending: readUpTo } = readResponses(client.received, methods, client.hasEnded);
    if (readUpTo.at === 'fault' && readUpTo.why.startsWith('a response')) return readUpTo.why;
    const isUntilClose = responses.at(-1)?.isUntilClose === true;
    if (
      ending === 'reset' &&
      isUntilClose &&
      client.hasEnded &&
      responses.at(-1)?.status === statusAtEnd(text, methods)
    ) {
      return 'content until the end of the connection was cut off by a reset and looks whole';
    }
    return undefined;
  }

  simpler(input: ResponseInput): readonly ResponseInput[] {
    const uncut = input.cuts.length === 0 ? [] : [{ ...input, cuts: [] }];
    return [...uncut, ...shorter(input.text).map((text) => ({ ...input, text }))];
  }

  stop(): Promise<void> {
    return this.#target.stop();
  }
}

/** The status of the last response in what the target sent, if that response lasts until the end of the connection. */
function statusAtEnd(text: string, methods: readonly string[]): number | undefined {
  const last = readResponses(Buffer.from(text, 'latin1'), methods, true).responses.at(-1);
  return last?.isUntilClose === true ? last.status : undefined;
}

async function playTarget(end: End, length: number, { text, cuts, ending }: ResponseInput): Promise<void> {
  await end.has(length);
  await writePieces(end.socket, piecesOf(text, cuts));
  if (ending === 'end') end.socket.end();
  // A reset overtakes what was not yet read, so it waits until the other side has something to lose.
  else if (ending === 'reset') setTimeout(() => end.socket.resetAndDestroy(), 5);
  await end.over();
  end.socket.end();
}

/** The client leaves when it was left, or when the target has said all that it has to say. */
async function leaveAfter(client: End, ends: readonly End[], { ending }: ResponseInput): Promise<undefined> {
  if (ending === 'stay') await new Promise((resolve) => setTimeout(resolve, 20));
  else await client.over();
  client.socket.end();
  await client.over();
  client.socket.destroySoon();
  for (const end of ends) await end.over();
}

export async function openResponseProperty(
  start: (targetPort: number) => Promise<Sidecar>,
): Promise<Property<ResponseInput>> {
  const target = await startScriptedTarget();
  return new ResponseProperty(target, await start(target.port));
}
