import { connect } from 'node:net';

import { judge } from '../conformance/differential/judge';
import { type Running } from '../conformance/servers/launch';
import { nodeHttp } from '../conformance/servers/node';
import { type Sidecar } from '../conformance/servers/sidecar';
import { startTap, type Tap } from '../conformance/servers/recording-proxy';
import { randomExchange } from './messages';
import { mutate } from './mutate';
import { End, within, writePieces } from './ports';
import { HANG_MS, shorter, type Property } from './property';
import { piecesOf, randomCuts, type Random } from './random';

/** What a client sends, right or wrong; latin-1 text. */
export interface RequestInput {
  readonly text: string;
  readonly cuts: readonly number[];
}

function generate(random: Random): RequestInput {
  const count = 1 + random.below(3);
  const requests = Array.from(
    { length: count },
    (_, index) => randomExchange(random, String(index), index === count - 1).request,
  );
  const canary = 'GET /canary HTTP/1.1\r\nHost: a\r\n\r\n';
  const text = mutate(random, `${requests.join('')}${canary}`);
  return { text, cuts: randomCuts(random, text.length) };
}

/**
 * Whatever a client sends: the sidecar neither dies nor hangs, and what it forwards is read in one way only, by a strict
 * reader and by Node's http server.
 */
class RequestProperty implements Property<RequestInput> {
  readonly name = 'damaged requests are refused or understood by the target as by us';
  readonly generate = generate;
  readonly #target: Running;
  readonly #tap: Tap;
  readonly #sidecar: Sidecar;

  constructor(target: Running, tap: Tap, sidecar: Sidecar) {
    this.#target = target;
    this.#tap = tap;
    this.#sidecar = sidecar;
  }

  async check({ text, cuts }: RequestInput): Promise<string | undefined> {
    this.#tap.reset();
    const client = new End(
      connect({ port: this.#sidecar.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }),
    );
    const outcome = await within(this.#converse(client, piecesOf(text, cuts)), HANG_MS);
    client.socket.destroy();
    const death = this.#sidecar.death();
    if (death !== undefined) return `the sidecar died: ${death}`;
    const verdict = judge(this.#tap.recordings());
    if (verdict.is === 'disagreement') return verdict.why;
    return outcome;
  }

  /** Sends all, says that this was all, and waits for everybody to be done. */
  async #converse(client: End, pieces: readonly string[]): Promise<undefined> {
    await writePieces(client.socket, pieces);
    client.socket.end();
    await client.over();
    client.socket.destroySoon();
    await this.#tap.over();
  }

  simpler({ text, cuts }: RequestInput): readonly RequestInput[] {
    const uncut = cuts.length === 0 ? [] : [{ text, cuts: [] }];
    return [...uncut, ...shorter(text).map((less) => ({ text: less, cuts }))];
  }

  async stop(): Promise<void> {
    await this.#tap.stop();
    await this.#target.stop();
  }
}

export async function openRequestProperty(
  folder: string,
  start: (targetPort: number) => Promise<Sidecar>,
): Promise<Property<RequestInput>> {
  const target = await nodeHttp.start({ folder, documents: folder, role: { is: 'echo', recorderPort: 0 } });
  const tap = await startTap(target.port);
  return new RequestProperty(target, tap, await start(tap.port));
}
