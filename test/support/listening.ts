import { type ExchangeObserver } from '../../src/tunnel/exchange-observer';
import { type ExchangeRecord } from '../../src/tunnel/exchange';
import { Listener, type ListenerOptions } from '../../src/tunnel/listener';
import { DEFAULT_TUNNEL_SETTINGS, type TunnelSettings } from '../../src/tunnel/settings';
import { type ScriptedTarget, listenAsTarget } from './scripted-target';
import { type Wire, dial } from './wire';

export const GET = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
export const OK = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

/** Both ends of a tunnel. */
export interface Ends {
  readonly client: Wire;
  readonly served: Wire;
}

/** A listener on loopback, before a target that the test plays. */
export interface Listening {
  readonly listener: Listener;
  readonly port: number;
  readonly target: ScriptedTarget;
  /** The exchanges that have ended. */
  readonly ended: readonly ExchangeRecord[];
  dial(): Promise<Wire>;
  /** A client whose request has reached the target. */
  ask(): Promise<Ends>;
  close(): Promise<void>;
}

/** What a listener is given besides its settings; the exchanges that have ended are added to `ended`. */
export const listenerParts = (
  ended: ExchangeRecord[] = [],
  observer: ExchangeObserver = {},
): Omit<ListenerOptions, 'settings'> => ({
  observer: { onEnd: (exchange) => ended.push(exchange), ...observer },
  render: ({ sentence }) => ({ fields: [], content: Buffer.from(sentence) }),
  onProblem(problem) {
    throw problem;
  },
});

export async function startListener(
  settings: Partial<TunnelSettings> = {},
  observer?: ExchangeObserver,
): Promise<Listening> {
  const target = await listenAsTarget();
  const ended: ExchangeRecord[] = [];
  const all = { ...DEFAULT_TUNNEL_SETTINGS, targetPort: target.port, ...settings };
  const listener = new Listener({ ...listenerParts(ended, observer), settings: all });
  const { port } = await listener.start(0, '127.0.0.1');
  const clients: Wire[] = [];
  const connect = async (): Promise<Wire> => {
    const client = await dial(port);
    clients.push(client);
    return client;
  };
  return {
    listener,
    port,
    target,
    ended,
    dial: connect,
    async ask() {
      const client = await connect();
      await client.send(GET);
      const served = await target.next();
      await served.take(GET);
      return { client, served };
    },
    async close() {
      await listener.drain(0);
      await Promise.all(clients.map((client) => client.dispose()));
      await target.close();
    },
  };
}
