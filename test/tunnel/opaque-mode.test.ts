import { describe, expect, test } from '@jest/globals';
import { Exchange } from '../../src/tunnel/exchange';
import { OpaqueMode, enterOpaque } from '../../src/tunnel/opaque-mode';
import { type TunnelSettings } from '../../src/tunnel/settings';
import { type FakeTunnel, fakeTunnel } from '../support/tunnel-parts';

/** A tunnel whose client began TLS. */
function opaqueTunnel(settings: Partial<TunnelSettings> = {}): { tunnel: FakeTunnel; mode: OpaqueMode } {
  const tunnel = fakeTunnel(settings);
  const { client, queue } = tunnel.parts;
  queue.add(new Exchange(client.address, { kind: 'opaque', protocol: 'tls' }, tunnel.now));
  return { tunnel, mode: new OpaqueMode(tunnel.parts) };
}

describe('An opaque tunnel relays bytes in both directions and counts them.', () => {
  test('Bytes of the client reach the target.', () => {
    const { tunnel, mode } = opaqueTunnel();
    mode.clientBytes(Buffer.from('hello'));
    expect(tunnel.target.written).toEqual(['hello']);
    expect(tunnel.parts.queue.first?.requestBytes).toBe(5);
  });

  test('Bytes of the target reach the client.', () => {
    const { tunnel, mode } = opaqueTunnel();
    mode.targetBytes(Buffer.from('hello'));
    expect(tunnel.client.written).toEqual(['hello']);
    expect(tunnel.parts.queue.first?.responseBytes).toBe(5);
  });

  test('A congested target pauses the client until it has drained.', () => {
    const { tunnel, mode } = opaqueTunnel();
    Object.assign(tunnel.target, { isCongested: true, isFlushed: false });
    mode.clientBytes(Buffer.from('hello'));
    mode.targetDrained();
    expect(tunnel.calls).toEqual(['pause client', 'resume client']);
  });

  test('A client without room pauses the target.', () => {
    const { tunnel, mode } = opaqueTunnel();
    Object.assign(tunnel.client, { hasRoom: false, isFlushed: false });
    mode.targetBytes(Buffer.from('hello'));
    expect(tunnel.calls).toEqual(['pause target']);
  });
});

describe('An opaque tunnel relays half-close as half-close, and reset as reset.', () => {
  test('It ends when both halves have ended.', () => {
    const { tunnel, mode } = opaqueTunnel();
    tunnel.client.hasEnded = true;
    mode.clientEnded();
    expect(tunnel.ended).toEqual([]);
    mode.targetEnded();
    expect(tunnel.calls).toEqual(['end target', 'end client', 'close gracefully, expecting requests']);
    expect(tunnel.ended.map(({ termination }) => termination)).toEqual(['ok']);
  });

  test('A client that is gone after both ends is no failure.', () => {
    const { tunnel, mode } = opaqueTunnel();
    mode.targetEnded();
    tunnel.client.hasEnded = true;
    mode.clientGone();
    expect(tunnel.calls.at(-1)).toBe('abort with FIN: ok');
  });

  test.each([
    ['resets', (mode: OpaqueMode): void => mode.clientEnded()],
    ['is gone', (mode: OpaqueMode): void => mode.clientGone()],
  ])('A client that %s ends it.', (_how, event) => {
    const { tunnel, mode } = opaqueTunnel();
    tunnel.client.wasReset = true;
    event(mode);
    expect(tunnel.calls).toEqual(['abort with RST: client-aborted']);
  });

  test('A target that resets ends it.', () => {
    const { tunnel, mode } = opaqueTunnel();
    tunnel.target.wasReset = true;
    mode.targetEnded();
    expect(tunnel.calls).toEqual(['abort with RST: target-reset']);
  });
});

describe('An opaque tunnel has few timeouts.', () => {
  test('A half-closed tunnel without traffic is closed.', () => {
    const { tunnel, mode } = opaqueTunnel({ halfCloseTimeoutMs: 100 });
    mode.checkTimeouts(5_000);
    expect(tunnel.calls).toEqual([]);
    tunnel.client.hasEnded = true;
    mode.checkTimeouts(1_099);
    expect(tunnel.calls).toEqual([]);
    mode.checkTimeouts(1_100);
    expect(tunnel.calls).toEqual(['abort with RST: idle-timeout']);
  });

  test('A target that does not accept the connection ends it.', () => {
    const { tunnel, mode } = opaqueTunnel({ connectTimeoutMs: 100 });
    tunnel.target.connectingSinceMs = 1_000;
    mode.checkTimeouts(1_100);
    expect(tunnel.calls).toEqual(['abort with RST: connect-timeout']);
  });

  test('A drain leaves it alone, and an eviction closes it.', () => {
    const { tunnel, mode } = opaqueTunnel();
    mode.drain();
    mode.targetGone();
    expect(tunnel.calls).toEqual([]);
    mode.evict();
    expect(tunnel.calls).toEqual(['abort with RST: memory-exhausted']);
  });
});

describe('A tunnel becomes opaque.', () => {
  test('Held bytes go first, and a congested target pauses the client.', () => {
    const tunnel = fakeTunnel();
    tunnel.target.isCongested = true;
    enterOpaque(tunnel.parts, Buffer.from('held'));
    expect(tunnel.target.written).toEqual(['held']);
    expect(tunnel.calls).toEqual(['pause client', 'become opaque']);
  });

  test('A client that has ended sends FIN to the target, and a paused one is resumed.', () => {
    const tunnel = fakeTunnel();
    Object.assign(tunnel.client, { hasEnded: true, isPaused: true });
    enterOpaque(tunnel.parts, Buffer.alloc(0));
    expect(tunnel.target.written).toEqual([]);
    expect(tunnel.calls).toEqual(['resume client', 'end target', 'become opaque']);
  });
});
