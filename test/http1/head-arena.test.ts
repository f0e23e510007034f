import { describe, expect, test } from '@jest/globals';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { HeadArena } from '../../src/http1/head-arena';
import { type RequestHead, detach as detachRequest, fieldsOf, requestTargetOf } from '../../src/http1/request-head';
import { RequestReader } from '../../src/http1/request-reader';
import { type ResponseHead, detach as detachResponse, reasonOf } from '../../src/http1/response-head';
import { octets } from '../support/expect-reading';
import { headOf } from '../support/rendered';

function requestHeadOf(text: string): RequestHead {
  const reader = new RequestReader(DEFAULT_HEAD_LIMITS);
  const bytes = octets(text);
  reader.step(bytes, 0, bytes.length);
  if (reader.head === undefined) throw new Error(reader.fault);
  return reader.head;
}

const arena = new HeadArena();

const textOf = ({ bytes, start, end }: RequestHead | ResponseHead): string => bytes.toString('latin1', start, end);

describe('A detached head outlives the bytes that it came in.', () => {
  test('A request head keeps its text, its parts and its facts.', () => {
    const text = 'PUT /a?b HTTP/1.0\r\nX: y\r\nContent-Length: 3\r\nConnection: keep-alive\r\nUpgrade: z\r\n\r\n';
    const head = requestHeadOf(`\r\n${text}abc`);
    const kept = detachRequest(head, arena);
    head.bytes.fill(0);
    expect(textOf(kept)).toBe(text);
    expect([requestTargetOf(kept), fieldsOf(kept).get('x')]).toEqual(['/a?b', 'y']);
    const { method, minorVersion, body, isPersistent, asksToSwitch } = kept;
    expect({ method, minorVersion, body, isPersistent, asksToSwitch }).toEqual({
      method: 'PUT',
      minorVersion: 0,
      body: 3,
      isPersistent: true,
      asksToSwitch: true,
    });
  });

  test('A repaired request head does as well.', () => {
    const kept = detachRequest(requestHeadOf('GET /a HTTP/1.1\nHost: a\nX: y\n z\n\n'), arena);
    expect(textOf(kept)).toBe('GET /a HTTP/1.1\r\nHost: a\r\nX: y z\r\n\r\n');
    expect([requestTargetOf(kept), fieldsOf(kept).get('x')]).toEqual(['/a', 'y z']);
  });

  test('A response head keeps its text, its parts and its facts.', () => {
    const text = 'HTTP/1.0 404 Not here\r\nX: y\r\nContent-Length: 3\r\n\r\n';
    const head = headOf(text);
    const kept = detachResponse(head, arena);
    head.bytes.fill(0);
    expect(textOf(kept)).toBe(text);
    expect([reasonOf(kept), fieldsOf(kept).get('x')]).toEqual(['Not here', 'y']);
    const { statusCode, minorVersion, body, isPersistent } = kept;
    expect([statusCode, minorVersion, body, isPersistent]).toEqual([404, 0, 3, false]);
  });

  test('Heads that are kept one after another do not touch each other, however many and however large.', () => {
    const texts = Array.from(
      { length: 300 },
      (_, index) => `GET /${index} HTTP/1.1\r\nHost: ${'a'.repeat(index)}\r\n\r\n`,
    );
    texts.push(`GET /large HTTP/1.1\r\nHost: ${'a'.repeat(20_000)}\r\n\r\n`, 'GET /last HTTP/1.1\r\nHost: a\r\n\r\n');
    const kept = texts.map((text) => detachRequest(requestHeadOf(text), arena));
    expect(kept.map(textOf)).toEqual(texts);
  });
});
