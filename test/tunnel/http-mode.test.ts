import { describe, expect, test } from '@jest/globals';
import { GET_A as GET, OK_TEXT as OK, http } from '../support/http-tunnel';

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
    client('ignored');
    expect(tunnel.target.written).toEqual([GET]);
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

describe('A refused request that never gets its turn ends as refused.', () => {
  test('The target closes before the response to the request before it.', () => {
    const { mode, client, terminations } = http({ maxPipelined: 2 });
    client(`${GET}GET /b HTTP/1.1\r\nbad line\r\n\r\n`);
    mode.targetEnded();
    expect(terminations()).toEqual(['target-closed', 'rejected:bad-field-line']);
  });

  test('The client half-closes, and the target closes in reaction.', () => {
    const { tunnel, mode, client, terminations } = http({ maxPipelined: 2 });
    client(`${GET}GET /b HTTP/1.1\r\nbad line\r\n\r\n`);
    tunnel.client.hasEnded = true;
    mode.targetEnded();
    expect(terminations()).toEqual(['client-aborted', 'rejected:bad-field-line']);
  });

  test('Its content is malformed after an early response.', () => {
    const { tunnel, client, target, terminations } = http();
    client('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    target(OK);
    client('zz\r\n');
    expect(terminations()).toEqual(['rejected:bad-chunk']);
    expect(tunnel.client.written.join('')).not.toContain('400');
  });

  test('Its content stops arriving after an early response.', () => {
    const { mode, client, target, terminations } = http({ progressTimeoutMs: 100 });
    client('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab');
    target(OK);
    mode.checkTimeouts(1_100);
    expect(terminations()).toEqual(['ok']);
  });
});

test('A client that leaves after an early response has its response.', () => {
  for (const event of ['clientEnded', 'clientGone'] as const) {
    const { mode, client, target, terminations } = http();
    client('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab');
    target(OK);
    mode[event]();
    expect(terminations()).toEqual(['ok']);
  }
});

test('An error response to HEAD has no content.', () => {
  const { tunnel, mode, client } = http();
  client('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
  mode.targetFailed('target-refused');
  expect(tunnel.client.written.join('')).toMatch(/^HTTP\/1.1 503 .*\r\n\r\n$/s);
  expect(tunnel.ended).toMatchObject([{ sentStatus: 503, responseContentBytes: 0 }]);
});

test('A preface of HTTP/2 that arrives in two reads begins a handshake.', () => {
  const { tunnel, client } = http();
  client('PRI * HTTP/2.0\r\n');
  expect(tunnel.calls).toEqual([]);
  client('\r\nSM\r\n\r\n');
  expect(tunnel.calls).toEqual(['begin handshake']);
});

test('A request that arrives byte by byte is one request.', () => {
  const { tunnel, client, target, terminations } = http();
  for (const octet of GET) client(octet);
  target(OK);
  expect([tunnel.target.written.join(''), terminations()]).toEqual([GET, ['ok']]);
  expect(tunnel.ended).toMatchObject([{ requestBytes: GET.length }]);
});
