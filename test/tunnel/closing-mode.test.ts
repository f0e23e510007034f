import { describe, expect, test } from '@jest/globals';
import { ClosingMode } from '../../src/tunnel/closing-mode';
import { fakeTunnel } from '../support/tunnel-parts';

const PROGRESS_TIMEOUT_MS = 60_000;
const settings = { progressTimeoutMs: PROGRESS_TIMEOUT_MS, maxDiscardBytes: 10 };

describe('A client that has its last response', () => {
  test('is not disconnected before it has received the response, however slow it is.', () => {
    const tunnel = fakeTunnel(settings);
    tunnel.client.isFlushed = false;
    tunnel.client.waitingSince = 99_000;
    const mode = new ClosingMode(tunnel.parts, 'requests');
    mode.checkTimeouts(100_000);
    tunnel.client.isFlushed = true;
    tunnel.client.waitingSince = 0;
    mode.checkTimeouts(104_000);
    expect(tunnel.calls).toEqual(['end client', 'end target']);
    mode.checkTimeouts(105_000);
    expect(tunnel.calls.slice(2)).toEqual(['abort with FIN: ok']);
  });

  test('is disconnected with a reset when it takes none of the response for the progress timeout.', () => {
    const tunnel = fakeTunnel(settings);
    tunnel.client.isFlushed = false;
    tunnel.client.waitingSince = 100_000;
    const mode = new ClosingMode(tunnel.parts, 'requests');
    mode.checkTimeouts(100_000 + PROGRESS_TIMEOUT_MS - 1);
    expect(tunnel.calls.slice(2)).toEqual([]);
    mode.checkTimeouts(100_000 + PROGRESS_TIMEOUT_MS);
    expect(tunnel.calls.slice(2)).toEqual(['abort with RST: client-stalled']);
  });

  test('is not waited for when it has left.', () => {
    const tunnel = fakeTunnel(settings);
    tunnel.client.isGone = true;
    const mode = new ClosingMode(tunnel.parts, 'requests');
    mode.checkTimeouts(100_000);
    expect(tunnel.calls.slice(2)).toEqual(['abort with FIN: ok']);
  });

  test('is closed at once when no input can follow.', () => {
    const tunnel = fakeTunnel(settings);
    new ClosingMode(tunnel.parts, 'nothing');
    expect(tunnel.calls).toEqual(['close client', 'destroy target']);
  });

  test('may send more, which is discarded.', () => {
    const tunnel = fakeTunnel(settings);
    const mode = new ClosingMode(tunnel.parts, 'requests');
    mode.clientBytes();
    mode.clientEnded();
    mode.targetDrained();
    mode.drain();
    expect(tunnel.target.written).toEqual([]);
    expect(tunnel.calls).toEqual(['end client', 'end target']);
  });

  test.each([
    { isFlushed: true, call: 'abort with FIN: ok' },
    { isFlushed: false, call: 'abort with RST: ok' },
  ])('is evicted with $call.', ({ isFlushed, call }) => {
    const tunnel = fakeTunnel(settings);
    tunnel.client.isFlushed = isFlushed;
    new ClosingMode(tunnel.parts, 'requests').evict();
    expect(tunnel.calls.at(-1)).toBe(call);
  });
});

describe('A target whose response is discarded', () => {
  test('keeps its connection until the limit of discarded bytes.', () => {
    const tunnel = fakeTunnel(settings);
    const mode = new ClosingMode(tunnel.parts, 'response');
    mode.targetBytes(Buffer.alloc(10));
    expect(tunnel.calls).toEqual(['end client']);
    mode.targetBytes(Buffer.alloc(1));
    expect(tunnel.calls).toEqual(['end client', 'destroy target']);
  });

  test('gets FIN when it ends.', () => {
    const tunnel = fakeTunnel(settings);
    const mode = new ClosingMode(tunnel.parts, 'response');
    mode.targetEnded();
    expect(tunnel.calls).toEqual(['end client', 'end target']);
  });

  test.each(['client first', 'target first'])('ends the tunnel together with its client (%s).', (order) => {
    const tunnel = fakeTunnel(settings);
    const mode = new ClosingMode(tunnel.parts, 'requests');
    if (order === 'target first') mode.targetFailed();
    tunnel.client.isGone = true;
    mode.clientGone();
    if (order === 'client first') mode.targetGone();
    expect(tunnel.calls.slice(2)).toEqual(['abort with FIN: ok']);
  });
});
