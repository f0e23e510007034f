import { describe, expect, test } from '@jest/globals';
import { HttpMode } from '../../src/tunnel/http-mode';
import { type TunnelSettings } from '../../src/tunnel/settings';
import { type FakeTunnel, fakeTunnel } from '../support/tunnel-parts';

const GET = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

interface Http {
  readonly tunnel: FakeTunnel;
  readonly mode: HttpMode;
  readonly client: (text: string) => boolean;
  readonly target: (text: string) => boolean;
  readonly terminations: () => readonly (string | undefined)[];
}

function http(settings: Partial<TunnelSettings> = {}): Http {
  const tunnel = fakeTunnel(settings);
  const mode = new HttpMode(tunnel.parts);
  return {
    tunnel,
    mode,
    client: (text) => mode.clientBytes(Buffer.from(text, 'latin1')),
    target: (text) => mode.targetBytes(Buffer.from(text, 'latin1')),
    terminations: () => tunnel.ended.map(({ termination }) => termination),
  };
}

const at = ({ tunnel }: Http, ms: number): void => {
  tunnel.now = ms;
  tunnel.parts.eventAtMs = ms;
};

describe('Exchanges are relayed in order.', () => {
  test('A request and its response pass unchanged, and the connection stays open.', () => {
    const { tunnel, client, target, terminations } = http();
    client(GET);
    target(OK);
    expect([tunnel.target.written, tunnel.client.written]).toEqual([[GET], [OK]]);
    expect(terminations()).toEqual(['ok']);
    expect(tunnel.calls).toEqual([]);
  });

  test('A pipelined request is held until the response before it.', () => {
    const { tunnel, client, target } = http();
    client(GET + GET);
    expect(tunnel.target.written).toEqual([GET]);
    target(OK);
    expect(tunnel.target.written).toEqual([GET, GET]);
  });

  test('Bytes that answer no request close the connection.', () => {
    const { tunnel, client, target, terminations } = http();
    client(GET);
    target(`${OK}surplus`);
    expect(tunnel.client.written.join('')).toBe(OK);
    expect(terminations()).toEqual(['ok']);
    expect(tunnel.calls).toEqual(['close gracefully, expecting requests']);
  });

  test('A last exchange without content closes the connection at once.', () => {
    const { tunnel, client, target } = http();
    client('GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    target(OK);
    expect(tunnel.calls).toEqual(['close gracefully, expecting nothing']);
  });

  test('A response before the request is complete is the last one.', () => {
    const { tunnel, client, target, terminations } = http();
    client('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab');
    target(OK);
    expect(tunnel.client.written.join('')).toContain('Connection: close');
    expect([tunnel.calls, terminations()]).toEqual([['end client'], []]);
    client('cd');
    expect(terminations()).toEqual(['ok']);
    expect(tunnel.calls.at(-1)).toBe('close gracefully, expecting requests');
  });

  test('A switch of protocols hands over the held bytes.', () => {
    const { tunnel, client, target } = http();
    client('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nearly');
    target('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nfirst');
    expect(tunnel.client.written.at(-1)).toBe('first');
    expect(tunnel.target.written.at(-1)).toBe('early');
    expect(tunnel.calls).toContain('become opaque');
  });
});

describe('A refused request is answered in its turn.', () => {
  test('The requests before it get their responses first.', () => {
    const { tunnel, client, target, terminations } = http({ maxPipelined: 2 });
    client(`${GET}GET /b HTTP/1.1\r\nbad line\r\n\r\n`);
    expect(tunnel.client.written).toEqual([]);
    target(OK);
    expect(tunnel.client.written.join('')).toMatch(/ok.*400 Bad Request/s);
    expect(terminations()).toEqual(['ok', 'rejected:bad-field-line']);
    expect(client('ignored')).toBe(true);
  });

  test('Malformed content resets the target, which has part of the request.', () => {
    const { tunnel, client, terminations } = http();
    client('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
    expect(tunnel.calls).toContain('destroy target');
    expect(terminations()).toEqual(['rejected:bad-chunk']);
  });
});

describe('The end of a connection is assigned to the side that left first.', () => {
  test.each([
    ['an idle client closes', 'clientEnded', [], 'close gracefully, expecting requests'],
    ['an idle client is gone', 'clientGone', [], 'abort with FIN: ok'],
    ['an idle target closes', 'targetEnded', [], 'close gracefully, expecting requests'],
  ] as const)('When %s, no exchange fails.', (_name, event, terminations, call) => {
    const here = http();
    here.mode[event]();
    here.mode.targetGone();
    expect(here.terminations()).toEqual(terminations);
    expect(here.tunnel.calls).toEqual([call]);
  });

  test('A client that half-closes passes its FIN to the target.', () => {
    const { tunnel, mode, client } = http();
    client(GET);
    tunnel.client.hasEnded = true;
    mode.clientEnded();
    expect(tunnel.calls).toEqual(['end target']);
  });

  test('A client that resets aborts its exchange.', () => {
    const { tunnel, mode, client, terminations } = http();
    client(GET);
    tunnel.client.wasReset = true;
    mode.clientEnded();
    expect([tunnel.calls, terminations()]).toEqual([['abort with RST: client-aborted'], ['client-aborted']]);
  });

  test.each([
    ['closes before a response', '', false, 'target-closed', /^HTTP\/1.1 502/],
    ['resets before a response', '', true, 'target-reset', /^HTTP\/1.1 502/],
    ['closes in the middle of a response', OK.slice(0, -1), false, 'target-truncated', /o$/],
    ['resets in the middle of a response', OK.slice(0, -1), true, 'target-reset', /o$/],
  ] as const)('A target that %s fails the exchange.', (_name, sent, wasReset, termination, received) => {
    const { tunnel, mode, client, target, terminations } = http();
    client(GET);
    if (sent !== '') target(sent);
    tunnel.target.wasReset = wasReset;
    mode.targetEnded();
    expect(terminations()).toEqual([termination]);
    expect(tunnel.client.written.join('')).toMatch(received);
  });

  test('A target that refuses the connection is answered with 503.', () => {
    const { tunnel, mode, client, terminations } = http();
    client(GET);
    mode.targetFailed('target-refused');
    expect(tunnel.client.written.join('')).toMatch(/^HTTP\/1.1 503 /);
    expect(terminations()).toEqual(['target-refused']);
  });

  test('A persistent connection that closes as a request arrives is closed without a response.', () => {
    const { tunnel, mode, client, target, terminations } = http();
    client(GET);
    target(OK);
    client(GET);
    mode.targetEnded();
    expect(tunnel.client.written).toEqual([OK]);
    expect(terminations()).toEqual(['ok', 'target-closed']);
  });

  test('A pipelined client is not reset, because it may not have read the response before.', () => {
    const { tunnel, mode, client, target, terminations } = http({ maxPipelined: 2 });
    client(GET + GET);
    target(OK + OK.slice(0, -1));
    mode.targetFailed('target-reset');
    expect(terminations()).toEqual(['ok', 'target-reset']);
    expect(tunnel.calls).toEqual(['destroy target', 'close gracefully, expecting response']);
  });
});

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
