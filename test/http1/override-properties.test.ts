import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createOverride, renderClosingHead, renderOverride } from '../../src/http1/response-writer';
import { fieldsOf } from '../../src/http1/request-head';
import { parseSloppyResponse } from '../../src/http1/raw-response';
import { readAnswer, valuesOf } from '../support/answer';
import { anyResponse } from '../support/response-messages';
import { readResponses } from '../support/reading';
import { headOf } from '../support/rendered';

const DATE = 'Fri, 20 Nov 2026 12:00:00 GMT';

/** The head of a response, its body left out. */
const anyHead = anyResponse
  .filter(({ method }) => method !== 'HEAD')
  .map(({ bytes, seen }) => headOf(bytes.toString('latin1', 0, seen[0]?.to)));

/** One whose fields a strict reader accepts: what a target writes in its fields is relayed, and is not to be judged here. */
const anyStrictHead = anyHead.filter((head) =>
  [...fieldsOf(head)].every(({ name, value }) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\x01\x0b\x7f]/.test(value)),
);

const anyContent = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));

const field = fc.record({
  name: fc.constantFrom('Content-Type', 'X-A', 'vary', 'Content-Length', 'Connection', 'Transfer-Encoding'),
  value: fc
    .string({ unit: 'grapheme', maxLength: 10 })
    .filter((value) => !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)),
});

const context = fc.record({
  omitsContent: fc.boolean(),
  closes: fc.boolean(),
  minorVersion: fc.constantFrom(0, 1),
  date: fc.constant(DATE),
});

test('whatever the target said and whatever the page is, what goes out is one response that leaves no room for doubt', () => {
  fc.assert(
    fc.property(anyStrictHead, fc.array(field, { maxLength: 4 }), anyContent, fc.boolean(), context, (...given) => {
      const [head, fields, content, keepsFields, drawn] = given;
      const exchange = { ...drawn, closes: drawn.closes || !head.isPersistent };
      const override = createOverride({ status: 404, keepsFields, fields, content });
      const bytes = renderOverride(override, head, exchange);
      const method = exchange.omitsContent ? 'HEAD' : 'GET';
      const answer = readAnswer(bytes, method);
      if (answer === undefined) throw new Error('cut short');
      expect(answer).toMatchObject({
        status: 404,
        content: exchange.omitsContent ? Buffer.alloc(0) : content,
        length: bytes.length,
      });
      expect(valuesOf(answer, 'Content-Length')).toEqual([String(content.length)]);
      expect(valuesOf(answer, 'Connection')).toEqual(
        exchange.closes ? ['close'] : exchange.minorVersion === 0 && !keepsFields ? ['keep-alive'] : [],
      );
      expect(readResponses([bytes], [method]).seen.map(({ what }) => what)).toEqual(
        content.length === 0 || exchange.omitsContent ? ['head', 'end'] : ['head', 'content', 'end'],
      );
    }),
  );
});

test('a head that is made to close keeps every field and says that it closes', () => {
  fc.assert(
    fc.property(anyHead, (head) => {
      const closing = headOf(renderClosingHead(head).toString('latin1'));
      expect(closing).toMatchObject({ statusCode: head.statusCode, body: head.body, isPersistent: false });
      const others = [...fieldsOf(head)].filter(({ name }) => name !== 'Connection');
      expect([...fieldsOf(closing)]).toEqual([...others, { name: 'Connection', value: 'close' }]);
    }),
  );
});

test('a raw response is taken apart, or refused with a TypeError, whatever it is', () => {
  const line = fc.constantFrom(
    'HTTP/1.1 404 Not Found',
    'HTTP/1.0 200',
    'A: b',
    'Transfer-Encoding: chunked',
    '0',
    '',
    ' ',
    ':',
    '\0à',
  );
  const sloppy = fc
    .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\r\n', '\r'))
    .map(([lines, end]) => Buffer.from(lines.join(end)));
  fc.assert(
    fc.property(fc.oneof(sloppy, anyContent), (raw) => {
      try {
        expect(parseSloppyResponse(raw).status).toBeGreaterThanOrEqual(0);
      } catch (error) {
        // eslint-disable-next-line jest/no-conditional-expect -- either is fine, as long as it is one of the two
        expect(error).toBeInstanceOf(TypeError);
      }
    }),
  );
});
