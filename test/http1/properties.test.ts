import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cutAt } from '../support/cut';
import { anyBytes, mutated } from '../support/damaged';
import { connectionOf } from '../support/message-parts';
import { anyRequest } from '../support/request-messages';
import { anyResponse } from '../support/response-messages';
import { type Reading, readRequests, readResponses } from '../support/reading';

/** Small, so that some messages reach them. */
const LIMITS = { maxHeadBytes: 200, maxRequestLineBytes: 60, maxFields: 6 };

const places = fc.array(fc.nat(600), { maxLength: 12 });

const requests = fc.array(anyRequest, { minLength: 1, maxLength: 4 });
const responses = fc.array(anyResponse, { minLength: 1, maxLength: 4 });

describe('A sequence of acceptable messages, cut anywhere, is read and repaired as it was composed.', () => {
  test('A sequence of requests is.', () => {
    fc.assert(
      fc.property(requests, places, (sequence, cuts) => {
        const { bytes, seen, relayed } = connectionOf(sequence);
        const reading = readRequests(cutAt(bytes, cuts).pieces);
        expect(reading.seen).toEqual(seen);
        expect(reading.relayed.toString('latin1')).toBe(relayed.toString('latin1'));
      }),
      { numRuns: 500 },
    );
  });

  test('A sequence of responses is.', () => {
    fc.assert(
      fc.property(responses, places, (sequence, cuts) => {
        const { bytes, seen, relayed } = connectionOf(sequence);
        const methods = sequence.map(({ method }) => method);
        const reading = readResponses(cutAt(bytes, cuts).pieces, methods);
        expect(reading.seen).toEqual(seen);
        expect(reading.relayed.toString('latin1')).toBe(relayed.toString('latin1'));
      }),
      { numRuns: 500 },
    );
  });
});

const methods = ['GET', 'HEAD', 'CONNECT', 'POST'];

const READERS: readonly (readonly [string, (pieces: readonly Buffer[]) => Reading, fc.Arbitrary<Buffer>])[] = [
  ['requests', (pieces) => readRequests(pieces, { limits: LIMITS }), mutated(requests)],
  ['responses', (pieces) => readResponses(pieces, methods, LIMITS), mutated(responses)],
];

/** Each byte is part of one step, in order; only empty lines before a head are part of none. */
function expectTiled(bytes: Buffer, { seen }: Reading): void {
  let at = 0;
  for (const { from, to } of seen) {
    expect(bytes.toString('latin1', at, from)).toMatch(/^(\r?\n)*$/);
    expect(to).toBeGreaterThanOrEqual(from);
    at = to;
  }
  expect(at).toBeLessThanOrEqual(bytes.length);
}

/** The steps are the same, and the fault, if there is one, is found in the piece that shows it. */
function expectSame(bytes: Buffer, cuts: readonly number[], read: (pieces: readonly Buffer[]) => Reading): void {
  const byteByByte = read(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)));
  const { pieces } = cutAt(bytes, cuts);
  const ends = pieces.map((_, index) => pieces.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0));
  const { faultAfter } = byteByByte;
  const reading = read(pieces);
  expect({ seen: reading.seen, faultAfter: reading.faultAfter }).toEqual({
    seen: byteByByte.seen,
    faultAfter: faultAfter === undefined ? undefined : ends.find((end) => end >= faultAfter),
  });
  expect(reading.relayed).toEqual(byteByByte.relayed);
  // A larger piece shows more of the same line.
  expect(reading.faultyLine.startsWith(byteByByte.faultyLine)).toBe(true);
  expectTiled(bytes, byteByByte);
}

describe.each(READERS)(
  'Whatever comes as %s never throws, and is read the same however it is cut.',
  (_, read, almost) => {
    test('Any bytes are.', () => {
      fc.assert(
        fc.property(anyBytes, places, (bytes, cuts) => expectSame(bytes, cuts, read)),
        { numRuns: 400 },
      );
    });

    test('Acceptable messages with a few changes are.', () => {
      fc.assert(
        fc.property(almost, places, (bytes, cuts) => expectSame(bytes, cuts, read)),
        { numRuns: 400 },
      );
    });
  },
);

describe('A message that was relayed needs no repair when it is read again.', () => {
  test('A request, valid or damaged, needs none.', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(requests), anyBytes), (bytes) => {
        const { relayed } = readRequests([bytes]);
        const again = readRequests([relayed]);
        expect(again.relayed.toString('latin1')).toBe(relayed.toString('latin1'));
        expect(again.faultAfter).toBeUndefined();
        expect(again.seen.filter(({ what }) => what === 'trailer')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('A response, valid or damaged, needs none.', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(responses), anyBytes), fc.constantFrom(...methods), (bytes, method) => {
        const { relayed } = readResponses([bytes], [method]);
        const again = readResponses([relayed], [method]);
        expect(again.relayed.toString('latin1')).toBe(relayed.toString('latin1'));
        expect(again.faultAfter).toBeUndefined();
        expect(again.seen.filter(({ what }) => what === 'repaired')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

test('A message that was refused stays refused, whatever bytes follow.', () => {
  fc.assert(
    fc.property(mutated(requests), anyBytes, (bytes, more) => {
      const { faultAfter, seen } = readRequests([bytes], { limits: LIMITS });
      fc.pre(faultAfter !== undefined);
      expect(readRequests([Buffer.concat([bytes, more])], { limits: LIMITS }).seen).toEqual(seen);
    }),
  );
});
