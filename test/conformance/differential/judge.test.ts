import { createHash } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';

import { judge, type Circumstances } from './judge';
import { type Verdict } from './verdict';
import { type Moment } from '../servers/recording-proxy';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const FIRST = 'POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
const CANARY = 'GET /canary HTTP/1.1\r\nHost: a\r\n\r\n';

/** The response of a target that reports the request and the field `X-Probe`. */
function echo(method: string, target: string, content = '', probe = '-'): string {
  const digest = createHash('sha1').update(content).digest('hex');
  return response(`${method} ${content.length} ${digest} ${probe} ${target}`);
}

const response = (report: string): string => `HTTP/1.1 200 OK\r\nX-Echo: ${report}\r\nContent-Length: 0\r\n\r\n`;

const hex = (text: string): string => bytes(text).toString('hex');

const GOOD = [echo('POST', '/first', 'hello'), echo('GET', '/canary')];

function verdictOn(toTarget: string, fromTarget: readonly string[], circumstances?: Circumstances): Verdict {
  const recording = { toTarget: bytes(toTarget), fromTarget: bytes(fromTarget.join('')), moments: [], isOver: true };
  return judge([recording], circumstances);
}

describe('the judge of the differential test', () => {
  test('is content when the target reports exactly what was forwarded', () => {
    expect(verdictOn(FIRST + CANARY, GOOD).is).toBe('same');
  });

  test('calls a target stricter when it answers without a report', () => {
    const refusal = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n';
    expect(verdictOn(FIRST + CANARY, [refusal, echo('GET', '/canary')]).is).toBe('stricter');
  });

  test.each([
    ['another request', [echo('POST', '/first', 'hello'), echo('GET', '/smuggled'), echo('GET', '/canary')]],
    ['another method', [echo('PUT', '/first', 'hello'), echo('GET', '/canary')]],
    ['other content', [echo('POST', '/first', 'hell'), echo('GET', '/canary')]],
    ['the requests in another order', [echo('GET', '/canary'), echo('POST', '/first', 'hello')]],
    ['a leftover where all content was read', [...GOOD, echo('GET', '/leftover')]],
  ])('finds a target that reports %s', (_, answers) => {
    expect(verdictOn(FIRST + CANARY, answers)).toMatchObject({ is: 'disagreement', kind: 'smuggled' });
  });

  test('finds a field that the service sees and the header section lacks', () => {
    const answers = [echo('POST', '/first', 'hello', hex('admin')), echo('GET', '/canary')];
    expect(verdictOn(FIRST + CANARY, answers)).toMatchObject({ is: 'disagreement', kind: 'merged' });
  });

  test('accepts a field that the header section has, under either spelling of its name', () => {
    const request = 'GET /first HTTP/1.1\r\nHost: a\r\nX-Probe: y \x01 z, w\r\nX_Probe: v\r\n\r\n';
    expect(verdictOn(request, [echo('GET', '/first', '', hex('yz,w,v'))]).is).toBe('same');
  });

  test('finds forwarded bytes that a strict reader refuses', () => {
    const request = 'GET /first HTTP/1.1\r\nHost : a\r\n\r\n';
    expect(verdictOn(request, [echo('GET', '/first')])).toMatchObject({ is: 'disagreement', kind: 'not strict' });
  });

  test('finds a request that is understood in bytes of another protocol', () => {
    const hello = '\x16\x03\x01\x00\x05GET /smuggled HTTP/1.1\r\n\r\n';
    expect(verdictOn(hello, [echo('GET', '/smuggled')])).toMatchObject({ is: 'disagreement', kind: 'smuggled' });
    expect(verdictOn(hello, ['\x15\x03\x01\x00\x02\x02\x28']).is).toBe('same');
  });

  test('finds more responses than requests', () => {
    const extra = 'HTTP/1.1 204 No Content\r\n\r\n';
    expect(verdictOn(FIRST + CANARY, [...GOOD, extra])).toMatchObject({ is: 'disagreement', kind: 'responses' });
  });

  test('finds trailers, unless they are to be relayed', () => {
    const request =
      'POST /first HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n';
    const answers = [echo('POST', '/first', 'hello')];
    expect(verdictOn(request, answers)).toMatchObject({ is: 'disagreement', kind: 'trailers' });
    expect(verdictOn(request, answers, { relaysTrailers: true }).is).toBe('same');
  });
});

describe('content that a service leaves unread', () => {
  const LEFTOVER = 'GET /leftover HTTP/1.1\r\nHost: a\r\n\r\n';
  const UNREAD = `POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: ${LEFTOVER.length}\r\n\r\n${LEFTOVER}`;
  const UNREAD_ECHO = response('POST - - - /unread');
  const answers = [UNREAD_ECHO, echo('GET', '/leftover')];

  test('is the fault of the service when it is parsed as a request', () => {
    expect(verdictOn(UNREAD, answers).is).toBe('leftover');
  });

  test('is no excuse for a request from somewhere else', () => {
    const verdict = verdictOn(UNREAD, [...answers, echo('GET', '/smuggled')]);
    expect(verdict).toMatchObject({ is: 'disagreement', kind: 'smuggled' });
  });

  /** Passes pieces in turn: `>` to the target, `<` from it; one read each, ten milliseconds apart. */
  function recordingOf(...reads: readonly string[]): {
    toTarget: Buffer;
    fromTarget: Buffer;
    moments: readonly Moment[];
    isOver: boolean;
  } {
    const sides = { '>': '', '<': '' };
    const moments = reads.map((read, index) => {
      sides[read.startsWith('>') ? '>' : '<'] += read.slice(1);
      return { atMs: index * 10, toTarget: sides['>'].length, fromTarget: sides['<'].length };
    });
    return { toTarget: bytes(sides['>']), fromTarget: bytes(sides['<']), moments, isOver: true };
  }

  const early = recordingOf(
    `>${UNREAD.slice(0, -5)}`,
    `<${UNREAD_ECHO}`,
    `>${UNREAD.slice(-5)}${CANARY}`,
    `<${echo('GET', '/canary')}`,
  );

  test('must not be followed by a request when the client had the response before it sent the rest', () => {
    const sent = [
      { atMs: 0, responses: 0 },
      { atMs: 15, responses: 1 },
    ];
    expect(judge([early], { sent })).toMatchObject({ is: 'disagreement', kind: 'early' });
  });

  test('may be followed by a request that was sent before the response', () => {
    expect(judge([early], { sent: [{ atMs: 0, responses: 0 }] }).is).toBe('same');
  });

  test('must not have its second response answer a request that waited', () => {
    const waiting = recordingOf(`>${UNREAD}`, `<${answers.join('')}`, `>${CANARY}`, `<${echo('GET', '/canary')}`);
    expect(judge([waiting], { isOneAtATime: true })).toMatchObject({ is: 'disagreement', kind: 'order' });
    expect(judge([waiting]).is).toBe('leftover');
  });
});

describe('two answers to one request', () => {
  const PUT = 'PUT / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  const WHOLE = `${PUT}4\r\nabcd\r\n0; a = b\r\n\r\n`;
  const CUT = `${PUT}4\r\nab`;
  const answer = (status: number): string => `HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`;

  test.each([
    ['refused early, and then for its content', WHOLE, [417, 400]],
    ['refused early, and then because it was cut short', CUT, [417, 400]],
    ['cut short, answered and then refused', CUT, [200, 400]],
  ])('are one complaint where it was %s', (_, toTarget, statuses) => {
    expect(verdictOn(toTarget, statuses.map(answer)).is).not.toBe('disagreement');
  });

  test.each([
    ['the content may have been read as a request', WHOLE, [200, 400]],
    ['the second is no complaint', WHOLE, [417, 200]],
    ['there is a third', WHOLE, [417, 400, 400]],
  ])('are a disagreement where %s', (_, toTarget, statuses) => {
    expect(verdictOn(toTarget, statuses.map(answer)).is).toBe('disagreement');
  });
});

describe('a connection in another protocol', () => {
  const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
  const verdictOnEcho = (toTarget: string, method: string): string => verdictOn(toTarget, [echo(method, '/')]).is;

  test('is a disagreement where the target has understood a request.', () => {
    expect(verdictOnEcho('\x16\x03\x01\x02', 'GET')).toBe('disagreement');
    expect(verdictOnEcho(PREFACE, 'GET')).toBe('disagreement');
  });

  test('is none where the target has understood the preface of HTTP/2.', () => {
    expect(verdictOnEcho(PREFACE, 'PRI')).toBe('same');
  });
});
