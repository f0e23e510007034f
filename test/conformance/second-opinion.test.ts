import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { readRequests as readStrictly, readResponses as readAnswersStrictly } from './reference-reader';
import { relayedRequests, relayedResponses } from '../fuzz/repairs';
import { anyBytes, mutated } from '../support/damaged';
import { type Reading, readRequests, readResponses } from '../support/reading';
import { anyRequest } from '../support/request-messages';
import { anyResponse } from '../support/response-messages';

const requests = fc.array(anyRequest, { minLength: 1, maxLength: 3 });
const responses = fc.array(anyResponse, { minLength: 1, maxLength: 3 });
const METHODS = ['GET', 'HEAD', 'POST', 'CONNECT'] as const;

const count = ({ seen }: Reading, what: string): number => seen.filter((each) => each.what === what).length;

const anyRequests = fc.oneof(mutated(requests), mutated(requests), anyBytes);
const anyResponses = fc.oneof(mutated(responses), mutated(responses), anyBytes);

describe('A request that is accepted leaves no room for a second reading.', () => {
  test('A strict reader reads exactly the requests that were relayed, with the same content.', () => {
    fc.assert(
      fc.property(anyRequests, (bytes) => {
        const reading = readRequests([bytes]);
        const { requests: read, ending } = readStrictly(reading.relayed);
        expect(['boundary', 'inside']).toContain(ending.at);
        const heads = reading.seen.filter(({ what }) => what === 'head');
        expect(heads).toHaveLength(read.length + (ending.at === 'inside' ? 1 : 0));
        for (const [index, { method, target }] of read.entries()) {
          expect(heads[index]?.text?.startsWith(`${method} ${target} `)).toBe(true);
        }
        const content = reading.seen
          .filter(({ what }) => what === 'content')
          .map(({ from, to }) => bytes.subarray(from, to));
        const whole = Buffer.concat(read.map(({ body }) => body));
        expect(Buffer.concat(content).subarray(0, whole.length)).toEqual(whole);
        expect(read.flatMap(({ trailers }) => trailers)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('The bytes that are relayed are those that the rules say.', () => {
    fc.assert(
      fc.property(anyRequests, (bytes) => {
        const relayed = readRequests([bytes]).relayed.toString('latin1');
        const { whole, begun } = relayedRequests(bytes.toString('latin1'));
        expect(begun === '' ? relayed : relayed.slice(0, whole.length + begun.length)).toBe(whole + begun);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('A response that is accepted leaves no room for a second reading.', () => {
  test('A strict reader reads exactly the responses that were relayed.', () => {
    fc.assert(
      fc.property(anyResponses, fc.constantFrom(...METHODS), (bytes, method) => {
        const reading = readResponses([bytes], [method]);
        const heads = count(reading, 'head');
        const { responses: read, ending } = readAnswersStrictly(
          reading.relayed,
          Array.from({ length: heads + 1 }, () => method),
          true,
        );
        if (ending.at === 'opaque') return;
        expect(['boundary', 'inside']).toContain(ending.at);
        const isCut = ending.at === 'inside';
        expect(read.filter(({ status }) => status !== 101)).toHaveLength(heads - (isCut ? 1 : 0));
      }),
      { numRuns: 1000 },
    );
  });

  test('The bytes that are relayed are those that the rules say.', () => {
    fc.assert(
      fc.property(anyResponses, fc.constantFrom(...METHODS), (bytes, method) => {
        const relayed = readResponses([bytes], [method]).relayed.toString('latin1');
        const { whole, begun } = relayedResponses(bytes.toString('latin1'), [method]);
        expect(begun === '' ? relayed : relayed.slice(0, whole.length + begun.length)).toBe(whole + begun);
      }),
      { numRuns: 2000 },
    );
  });
});
