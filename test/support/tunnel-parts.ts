import { HeadArena } from '../../src/http1/head-arena';
import { WriteBatcher } from '../../src/net/write-batcher';
import { type ExchangeRecord } from '../../src/tunnel/exchange';
import { type ExchangeObserver } from '../../src/tunnel/exchange-observer';
import { ExchangeQueue } from '../../src/tunnel/exchange-queue';
import { type TunnelParts } from '../../src/tunnel/mode';
import { OverrideCache } from '../../src/tunnel/override-cache';
import { DEFAULT_TUNNEL_SETTINGS, type TunnelSettings } from '../../src/tunnel/settings';
import { TlsProof } from '../../src/tunnel/tls-proof';
import { openAccount, openBudget } from './memory-account';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The state of a connection that a test sets, and the bytes that were written to it. */
interface FakeClient extends Mutable<
  Pick<TunnelParts['client'], 'hasEnded' | 'wasReset' | 'isGone' | 'isFlushed' | 'isPaused'>
> {
  waitingSince: number;
  hasRoom: boolean;
  readonly written: string[];
}

interface FakeTarget extends Mutable<
  Pick<TunnelParts['target'], 'isConnected' | 'wasReset' | 'isCongested' | 'isFlushed' | 'connectingSinceMs'>
> {
  waitingSince: number;
  readonly written: string[];
}

/** The parts of a tunnel without a socket. */
export interface FakeTunnel {
  readonly parts: Mutable<TunnelParts>;
  readonly client: FakeClient;
  readonly target: FakeTarget;
  /** What was done to the connections and the tunnel, in order. */
  readonly calls: string[];
  /** The exchanges that have ended. */
  readonly ended: ExchangeRecord[];
  /** Milliseconds of the clock. */
  now: number;
}

/** Creates the parts of a tunnel whose connections record what is done to them. */
export function fakeTunnel(settings: Partial<TunnelSettings> = {}, observer: ExchangeObserver = {}): FakeTunnel {
  const calls: string[] = [];
  const ended: ExchangeRecord[] = [];
  const call = (name: string) => (): void => void calls.push(name);
  const client: FakeClient = {
    ...{ hasEnded: false, wasReset: false, isGone: false, isFlushed: true, isPaused: false },
    ...{ waitingSince: 0, hasRoom: true, written: [] },
  };
  const target: FakeTarget = {
    ...{ isConnected: true, wasReset: false, isCongested: false, isFlushed: true, connectingSinceMs: 0 },
    ...{ waitingSince: 0, written: [] },
  };
  const account = openAccount();
  const onEnd = (exchange: ExchangeRecord): void => {
    ended.push(exchange);
    observer.onEnd?.(exchange);
  };
  const watched: ExchangeObserver = { ...observer, onEnd };
  const fake: FakeTunnel = {
    ...{ client, target, calls, ended, now: 1_000 },
    parts: {
      context: {
        settings: { ...DEFAULT_TUNNEL_SETTINGS, targetPort: 1, ...settings },
        observer: watched,
        render: ({ sentence }) => ({ fields: [], content: Buffer.from(sentence) }),
        batcher: new WriteBatcher(),
        budget: openBudget(),
        heads: new HeadArena(),
        overrides: new OverrideCache(),
        discarded: { responseBytes: 0 },
        tlsProof: new TlsProof(),
        now: () => fake.now,
        onProblem: () => undefined,
      },
      client: fakeClient(client, calls, call),
      target: fakeTarget(target, call),
      queue: new ExchangeQueue(watched, account),
      account,
      activeAtMs: 1_000,
      eventAtMs: 1_000,
      isDraining: false,
      beginHandshake: call('begin handshake'),
      becomeOpaque: call('become opaque'),
      closeGracefully: (expected) => void calls.push(`close gracefully, expecting ${expected}`),
      abort(termination, withReset) {
        calls.push(`abort with ${withReset ? 'RST' : 'FIN'}: ${termination}`);
        fake.parts.queue.endAll(termination, fake.now);
      },
    },
  };
  return fake;
}

type Call = (name: string) => () => void;

const fakeClient = (state: FakeClient, calls: string[], call: Call): TunnelParts['client'] => ({
  address: { clientAddress: '192.0.2.1', clientPort: 4711 },
  notify: () => undefined,
  get hasEnded() {
    return state.hasEnded;
  },
  get wasReset() {
    return state.wasReset;
  },
  get isGone() {
    return state.isGone;
  },
  get isFlushed() {
    return state.isFlushed;
  },
  get isPaused() {
    return state.isPaused;
  },
  waitingSinceMs: () => state.waitingSince,
  send(bytes, from, to) {
    state.written.push(bytes.toString('latin1', from, to));
    return state.hasRoom;
  },
  pause() {
    state.isPaused = true;
    calls.push('pause client');
  },
  resume() {
    if (state.isPaused) calls.push('resume client');
    state.isPaused = false;
  },
  end: call('end client'),
  close: call('close client'),
  keepAlive: () => undefined,
  destroy: call('destroy client'),
});

const fakeTarget = (state: FakeTarget, call: Call): TunnelParts['target'] => ({
  notify: () => undefined,
  get isConnected() {
    return state.isConnected;
  },
  get wasReset() {
    return state.wasReset;
  },
  get isCongested() {
    return state.isCongested;
  },
  get isFlushed() {
    return state.isFlushed;
  },
  get connectingSinceMs() {
    return state.connectingSinceMs;
  },
  waitingSinceMs: () => state.waitingSince,
  open: () => undefined,
  write: (bytes, from, to) => void state.written.push(bytes.toString('latin1', from, to)),
  end: call('end target'),
  keepAlive: () => undefined,
  pause: call('pause target'),
  resume: () => undefined,
  destroy: call('destroy target'),
  restart: call('restart target'),
});
