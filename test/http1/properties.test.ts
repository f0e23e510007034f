import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cutAt } from './cut';
import { octets } from './expect-reading';
import { anyRequest, anyResponse, connectionOf } from './messages';
import { type Reading, readRequests, readResponses } from './reading';

/** Small, so that limits are met as well. */
const LIMITS = { maxHeadBytes: 200, maxRequestLineBytes: 60, maxFields: 6 };

const places = fc.array(fc.nat(600), { maxLength: 12 });

const requests = fc.array(anyRequest, { minLength: 1, maxLength: 4 });
const responses = fc.array(anyResponse, { minLength: 1, maxLength: 4 });

describe('any sequence of valid messages, cut anywhere, is seen as it was put together', () => {
  test('requests', () => {
    fc.assert(
      fc.property(requests, places, (sequence, cuts) => {
        const { bytes, seen } = connectionOf(sequence);
        expect(readRequests(cutAt(bytes, cuts).pieces)).toEqual({ seen, faultAfter: undefined });
      }),
    );
  });

  test('responses', () => {
    fc.assert(
      fc.property(responses, places, (sequence, cuts) => {
        const { bytes, seen } = connectionOf(sequence);
        const methods = sequence.map(({ method }) => method);
        expect(readResponses(cutAt(bytes, cuts).pieces, methods)).toEqual({ seen, faultAfter: undefined });
      }),
    );
  });
});

/** What stands in messages, whole and in pieces: put together at random it goes deeper than random bytes do. */
const fragment = fc.constantFrom(
  ...['GET ', 'POST / HTTP/1.1\r\n', 'HEAD http://a/ HTTP/1.0\r\n', 'CONNECT a:1 HTTP/1.1\r\n', 'HTTP/1.1 200 OK\r\n'],
  ...[
    'HTTP/1.0 404',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 204 \n',
    'Host: a\r\n',
    'Host: ',
    'Content-Length: 3\r\n',
  ],
  ...[
    'Content-Length: ',
    'Transfer-Encoding: chunked\r\n',
    'transfer-encoding: gzip,',
    'Connection: close\r\n',
    'X:y\n',
  ],
  ...[
    '\r\n',
    '\n',
    '\r',
    ' ',
    '\t',
    '\0',
    ':',
    ',',
    ';',
    '0',
    '5',
    '3\r\nabc\r\n',
    '0\r\n\r\n',
    'hello',
    '\xff',
    '\x16\x03',
  ],
);

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.array(fragment, { maxLength: 24 }).map((fragments) => octets(fragments.join(''))),
);

/** One change to bytes: some taken out, others put in. */
const change = fc.record({ at: fc.nat(400), out: fc.nat(3), put: fc.oneof(fragment, fc.constant('')) });

const mutated = (sequence: fc.Arbitrary<readonly { readonly bytes: Buffer }[]>): fc.Arbitrary<Buffer> =>
  fc.tuple(sequence, fc.array(change, { minLength: 1, maxLength: 3 })).map(([messages, changes]) =>
    changes.reduce(
      (bytes, { at, out, put }) => {
        const place = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, place), octets(put), bytes.subarray(place + out)]);
      },
      Buffer.concat(messages.map(({ bytes }) => bytes)),
    ),
  );

const methods = ['GET', 'HEAD', 'CONNECT', 'POST'];

const READERS: readonly (readonly [string, (pieces: readonly Buffer[]) => Reading, fc.Arbitrary<Buffer>])[] = [
  ['requests', (pieces) => readRequests(pieces, LIMITS), mutated(requests)],
  ['responses', (pieces) => readResponses(pieces, methods, LIMITS), mutated(responses)],
];

/** Bytes are told of once and in order, none is left out but empty lines before a request. */
function expectTiled(bytes: Buffer, { seen }: Reading): void {
  let at = 0;
  for (const { from, to } of seen) {
    expect(bytes.toString('latin1', at, from)).toMatch(/^(\r\n)*$/);
    expect(to).toBeGreaterThanOrEqual(from);
    at = to;
  }
  expect(at).toBeLessThanOrEqual(bytes.length);
}

/** The same is seen, and the fault, if there is one, is found in the piece that shows it. */
function expectSame(bytes: Buffer, cuts: readonly number[], read: (pieces: readonly Buffer[]) => Reading): void {
  const byteByByte = read(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)));
  const { pieces } = cutAt(bytes, cuts);
  const ends = pieces.map((_, index) => pieces.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0));
  const { faultAfter } = byteByByte;
  expect(read(pieces)).toEqual({
    seen: byteByByte.seen,
    faultAfter: faultAfter === undefined ? undefined : ends.find((end) => end >= faultAfter),
  });
  expectTiled(bytes, byteByByte);
}

describe.each(READERS)(
  'whatever comes as %s never throws, and is seen the same however it is cut',
  (_, read, almost) => {
    test('any bytes', () => {
      fc.assert(
        fc.property(anyBytes, places, (bytes, cuts) => expectSame(bytes, cuts, read)),
        { numRuns: 400 },
      );
    });

    test('valid messages with a few changes', () => {
      fc.assert(
        fc.property(almost, places, (bytes, cuts) => expectSame(bytes, cuts, read)),
        { numRuns: 400 },
      );
    });
  },
);

test('once refused, always refused: no byte behind a fault makes it good', () => {
  fc.assert(
    fc.property(mutated(requests), anyBytes, (bytes, more) => {
      const { faultAfter, seen } = readRequests([bytes], LIMITS);
      fc.pre(faultAfter !== undefined);
      expect(readRequests([Buffer.concat([bytes, more])], LIMITS).seen).toEqual(seen);
    }),
  );
});
