import { describe, expect, test } from '@jest/globals';
import { GET_A as GET, OK_TEXT as OK, at, http } from '../support/http-tunnel';

describe('Timeouts end what does not progress.', () => {
  test.each([
    ['connectTimeoutMs', 'connect-timeout', 504],
    ['responseTimeoutMs', 'response-timeout', 504],
    ['progressTimeoutMs', 'target-stalled', 504],
  ] as const)('%s ends an exchange with %s.', (setting, termination, status) => {
    const here = http({ [setting]: 100 });
    here.client(GET);
    if (setting === 'connectTimeoutMs') here.tunnel.target.connectingSinceMs = 1_000;
    if (setting === 'progressTimeoutMs') here.tunnel.target.waitingSince = 1_000;
    at(here, 1_100);
    here.mode.checkTimeouts(1_100);
    expect(here.tunnel.ended).toMatchObject([
      { termination, sentStatus: status, startedAtMs: 1_000, endedAtMs: 1_100 },
    ]);
  });

  test('An idle connection is closed, and so is one that sends only empty lines.', () => {
    for (const bytes of ['', '\r\n']) {
      const here = http({ headerTimeoutMs: 100 });
      if (bytes !== '') here.client(bytes);
      here.mode.checkTimeouts(1_100);
      expect(here.tunnel.calls).toEqual(['close gracefully, expecting requests']);
    }
  });

  test('A client that takes none of its response is reset.', () => {
    const here = http({ progressTimeoutMs: 100 });
    here.client(GET);
    here.target(OK.slice(0, -1));
    here.tunnel.client.waitingSince = 1_000;
    here.mode.checkTimeouts(1_100);
    expect(here.terminations()).toEqual(['client-stalled']);
  });

  test('A half-closed client whose target is silent is reset.', () => {
    const here = http({ halfCloseTimeoutMs: 100 });
    here.client(GET);
    here.tunnel.client.hasEnded = true;
    here.mode.checkTimeouts(1_100);
    expect(here.terminations()).toEqual(['idle-timeout']);
  });
});

describe('Memory and drain', () => {
  test('An evicted request gets a response.', () => {
    const { tunnel, mode, client, terminations } = http();
    client(GET);
    mode.evict();
    expect(tunnel.client.written.join('')).toMatch(/^HTTP\/1.1 503 /);
    expect(terminations()).toEqual(['memory-exhausted']);
  });

  test('Part of a head is evicted with a response and its bytes.', () => {
    const { tunnel, mode, client } = http();
    client('GET / HT');
    mode.evict();
    expect(tunnel.ended).toMatchObject([{ termination: 'memory-exhausted', sentStatus: 503, requestBytes: 8 }]);
  });

  test.each([
    ['has taken all bytes', true, 'abort with FIN: memory-exhausted'],
    ['has pending bytes', false, 'abort with RST: memory-exhausted'],
  ])('An idle client that %s is closed.', (_name, isFlushed, call) => {
    const { tunnel, mode } = http();
    tunnel.client.isFlushed = isFlushed;
    mode.evict();
    expect(tunnel.calls).toEqual([call]);
  });

  test('A drain closes an idle connection now, and a busy one after its response.', () => {
    const idle = http();
    idle.mode.drain();
    expect(idle.tunnel.calls).toEqual(['close gracefully, expecting requests']);
    const busy = http();
    busy.client(GET);
    busy.tunnel.parts.isDraining = true;
    busy.mode.drain();
    expect(busy.tunnel.calls).toEqual([]);
    busy.target(OK);
    expect(busy.tunnel.calls).toEqual(['close gracefully, expecting requests']);
  });

  test('A congested target pauses the client until it has drained.', () => {
    const { tunnel, mode, client } = http();
    tunnel.target.isCongested = true;
    client(GET);
    mode.targetDrained();
    expect(tunnel.calls).toEqual(['pause client']);
    tunnel.target.isCongested = false;
    mode.targetDrained();
    expect(tunnel.calls).toEqual(['pause client', 'resume client']);
  });

  test('A client without room pauses the target.', () => {
    const { tunnel, client, target } = http();
    client(GET);
    tunnel.client.hasRoom = false;
    target(OK);
    expect(tunnel.calls).toEqual(['pause target']);
  });
});

describe('The queueing time of a pipelined request', () => {
  test('begins with its own arrival, and never before it, however many reads were held.', () => {
    const here = http();
    here.client(GET);
    const requests = 100;
    for (let n = 1; n <= requests; n++) {
      at(here, 1_000 + n);
      here.client(GET);
    }
    at(here, 2_000);
    for (let n = 0; n <= requests; n++) here.target(OK);
    const starts = here.tunnel.ended.map(({ startedAtMs }) => startedAtMs);
    const newest = 1_000 + requests;
    expect(starts).toEqual(Array.from({ length: requests + 1 }, (_, n) => (n < 64 ? 1_000 + n : newest)));
    for (const { startedAtMs, queuedMs } of here.tunnel.ended.slice(1)) expect(startedAtMs + queuedMs).toBe(2_000);
  });
});
