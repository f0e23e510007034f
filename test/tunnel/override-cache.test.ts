import { describe, expect, test } from '@jest/globals';
import { OverrideCache } from '../../src/tunnel/override-cache';
import { type Override, type OverrideContext, createOverride, renderOverride } from '../../src/http1/response-writer';
import { type ResponseHead } from '../../src/http1/response-head';
import { targetHead } from '../support/rendered';

interface Asked {
  readonly override: Override;
  readonly head: ResponseHead;
  readonly context: OverrideContext;
}

const head = (field: string): ResponseHead => targetHead('HTTP/1.1 404 Not Found', field, 'Content-Length: 3');
const pageOf = (content: string): Override =>
  createOverride({ keepsFields: true, fields: [], content: Buffer.from(content) });

const asked: Asked = {
  override: pageOf('a page'),
  head: head('X-Id: 1'),
  context: { omitsContent: false, closes: false, minorVersion: 1, date: 'Fri, 20 Nov 2026 12:00:00 GMT' },
};
const { context } = asked;

const cache = new OverrideCache();

const again = ({ override, head: target, context: given }: Asked): Buffer => cache.render(override, target, given);

describe('the override before this one', () => {
  test('is sent again where all that it is made of is the same', () => {
    const first = again(asked);
    expect(first).toEqual(renderOverride(asked.override, asked.head, asked.context));
    expect(again({ ...asked, head: head('X-Id: 1'), context: { ...context } })).toBe(first);
  });

  test.each<[string, Asked]>([
    ['another override', { ...asked, override: pageOf('b page') }],
    ['another field of the target', { ...asked, head: head('X-Id: 2') }],
    ['a longer head of the target', { ...asked, head: head('X-Id: 1\r\nX-More: 1') }],
    ['a request by HEAD', { ...asked, context: { ...context, omitsContent: true } }],
    ['a connection that closes', { ...asked, context: { ...context, closes: true } }],
    ['HTTP/1.0', { ...asked, context: { ...context, minorVersion: 0 } }],
    ['another second', { ...asked, context: { ...context, date: 'Fri, 20 Nov 2026 12:00:01 GMT' } }],
  ])('is not, for %s', (_, other) => {
    const first = again(asked);
    const second = again(other);
    expect(second).not.toBe(first);
    expect(second).toEqual(renderOverride(other.override, other.head, other.context));
  });

  test('keeps what it was made of when the buffer of that head is read into again', () => {
    const bytes = Buffer.from(asked.head.bytes);
    const lent = { ...asked.head, bytes };
    const first = again({ ...asked, head: lent });
    bytes.set(Buffer.from('X-Id: 2'), bytes.indexOf('X-Id: 1'));
    const second = again({ ...asked, head: lent });
    expect(second).not.toBe(first);
    expect(second.toString()).toContain('X-Id: 2');
  });
});
