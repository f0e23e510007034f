import { expect } from '@jest/globals';
import { type HeadLimits } from '../../src/http1/limits';
import { everyCut } from './cut';
import { type Reading, type RequestOptions, readRequests, readResponses, tell } from './reading';

type Read = (pieces: readonly Buffer[]) => Reading;

/** Latin-1, so that a test can write any octet. */
export const octets = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A cut that is read otherwise than expected fails with its name. */
function expectEveryCut(bytes: Buffer, read: Read, expected: (cut: readonly Buffer[]) => unknown, view: View): void {
  for (const { name, pieces } of everyCut(bytes)) {
    const actual = { name, ...view(bytes, read(pieces)) };
    const wanted = { name, ...(expected(pieces) as object) };
    // Comparing text first: a deep comparison at each of a thousand places takes its time.
    if (JSON.stringify(actual) !== JSON.stringify(wanted)) expect(actual).toEqual(wanted);
  }
  expect(view(bytes, read([bytes]))).toEqual(expected([bytes]));
}

type View = (bytes: Buffer, reading: Reading) => object;

const asTold: View = (bytes, reading) => ({ told: tell(bytes, reading) });

const asTheFault: View = (bytes, reading) => ({
  before: tell(bytes, reading).slice(0, -1),
  fault: reading.seen[reading.seen.length - 1],
  faultAfter: reading.faultAfter,
});

const asRelayed: View = (_, { relayed, seen }) => ({
  relayed: relayed.toString('latin1'),
  fault: seen.filter(({ what }) => what === 'faulty').map(({ text }) => text),
});

/** The piece that holds the byte at which the fault shows is the one at which it must be found. */
function endOfPieceWith(place: number, pieces: readonly Buffer[]): number {
  let end = 0;
  for (const { length } of pieces) {
    end += length;
    if (end >= place) break;
  }
  return end;
}

/** Where a reader stands when it refuses: at the start of the message or, in a body, of the line. */
interface Refusal {
  readonly fault: string;
  /** Up to the byte that shows the fault; it must not be found before. */
  readonly upTo: Buffer;
  /** What is seen before, and is fine. */
  readonly before?: readonly string[];
  readonly at?: number;
}

function expectRefused(rest: string, { fault, upTo, before = [], at = 0 }: Refusal, read: Read): void {
  const bytes = Buffer.concat([upTo, octets(rest)]);
  const refusal = { what: 'faulty', from: at, to: at, text: fault };
  const expected = (pieces: readonly Buffer[]): object => ({
    before,
    fault: refusal,
    faultAfter: endOfPieceWith(upTo.length, pieces),
  });
  expectEveryCut(bytes, read, expected, asTheFault);
}

/** These requests are read in this way: whole, byte by byte and cut at every place. */
export function expectRequests(text: string, told: readonly string[], options?: RequestOptions): void {
  expectEveryCut(
    octets(text),
    (pieces) => readRequests(pieces, options),
    () => ({ told }),
    asTold,
  );
}

export function expectResponses(
  text: string,
  told: readonly string[],
  methods?: readonly string[],
  limits?: HeadLimits,
): void {
  expectEveryCut(
    octets(text),
    (pieces) => readResponses(pieces, methods, limits),
    () => ({ told }),
    asTold,
  );
}

/** The bytes that a relay sends on are these, however `text` is cut, and nothing is refused. */
export function expectRelayedRequest(text: string, relayed: string, options?: RequestOptions): void {
  expectEveryCut(
    octets(text),
    (pieces) => readRequests(pieces, options),
    () => ({ relayed, fault: [] }),
    asRelayed,
  );
}

export function expectRelayedResponse(text: string, relayed: string, methods?: readonly string[]): void {
  expectEveryCut(
    octets(text),
    (pieces) => readResponses(pieces, methods),
    () => ({ relayed, fault: [] }),
    asRelayed,
  );
}

/**
 * This request is refused for `fault` at the last byte of `upTo`, and not before, however it is cut and with or without a
 * request after it.
 */
export function expectRefusedRequest(upTo: string, refusal: Omit<Refusal, 'upTo'>, options?: RequestOptions): void {
  for (const rest of ['', 'GET / HTTP/1.1\r\nHost: next\r\n\r\n']) {
    expectRefused(rest, { ...refusal, upTo: octets(upTo) }, (pieces) => readRequests(pieces, options));
  }
}

export function expectRefusedResponse(
  upTo: string,
  refusal: Omit<Refusal, 'upTo'>,
  methods?: readonly string[],
  limits?: HeadLimits,
): void {
  for (const rest of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n']) {
    expectRefused(rest, { ...refusal, upTo: octets(upTo) }, (pieces) => readResponses(pieces, methods, limits));
  }
}
