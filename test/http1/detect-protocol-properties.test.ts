import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ProtocolDetector } from '../../src/http1/detect-protocol';
import { CLIENT_HELLOS, inRecords, messageOf } from '../support/client-hellos';
import { cutAt } from '../support/cut';

const MAX_BYTES = 16 * 1024;

class NoMoreBytes extends Error {}

/** Reads forward; throws NoMoreBytes at the end. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  number(length: number): number {
    return this.skip(length).readUIntBE(0, length);
  }

  /** A vector with a length of so many bytes before it. */
  vector(lengthBytes: number): Buffer {
    return this.skip(this.number(lengthBytes));
  }

  skip(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new NoMoreBytes();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

const isVersion = (version: number): boolean => version >= 0x0300 && version <= 0x0304;

/** RFC 8446 §4.1.2, with the whole message at hand. */
function isHello(body: Buffer): boolean {
  const fields = new Cursor(body);
  if (!isVersion(fields.number(2))) return false;
  fields.skip(32);
  if (fields.vector(1).length > 32) return false;
  const suites = fields.vector(2).length;
  if (suites === 0 || suites % 2 === 1 || fields.vector(1).length === 0) return false;
  if (fields.isAtEnd) return true;
  const extensions = new Cursor(fields.vector(2));
  while (!extensions.isAtEnd) {
    extensions.number(2);
    extensions.vector(2);
  }
  return fields.isAtEnd;
}

/** The length of the whole ClientHello with which these bytes begin, if they do: read anew from the start, and all at once. */
function lengthOfHello(bytes: Buffer): number | undefined {
  try {
    let message = Buffer.alloc(0);
    let total = 0;
    const records = new Cursor(bytes);
    do {
      const isHandshake = records.number(1) === 22;
      if (!isHandshake || !isVersion(records.number(2))) return undefined;
      const content = records.vector(2);
      if (content.length === 0) return undefined;
      message = Buffer.concat([message, content]);
      total += 5 + content.length;
    } while (message.length < 4 || message.length < 4 + message.readUIntBE(1, 3));
    if (total > MAX_BYTES || message[0] !== 1 || message.length !== 4 + message.readUIntBE(1, 3)) return undefined;
    return isHello(message.subarray(4)) ? total : undefined;
  } catch (error) {
    if (error instanceof NoMoreBytes) return undefined;
    throw error;
  }
}

const detectedLength = (pieces: readonly Buffer[]): number | undefined => {
  const detector = new ProtocolDetector();
  let bytes = Buffer.alloc(0);
  for (const piece of pieces) {
    bytes = Buffer.concat([bytes, piece]);
    const detected = detector.detect(bytes);
    if (detected === 'http1') return undefined;
    if (detected !== undefined) return detected.length;
  }
  return undefined;
};

const recorded = fc.constantFrom(...CLIENT_HELLOS.map(([, hello]) => hello));
const records = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 4 });
const places = fc.array(fc.nat(2_000), { maxLength: 6 });

/** Mostly of the first bytes and of small values, where the lengths are. */
const change = fc.record({
  at: fc.oneof(fc.nat(120), fc.nat(2_000)),
  byte: fc.oneof(fc.nat(4), fc.nat(255)),
  kind: fc.constantFrom('replace', 'insert', 'remove'),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Buffer, changes: readonly Change[]): Buffer {
  const octets = [...bytes];
  for (const { at, byte, kind } of changes) {
    if (kind === 'replace') octets[Math.min(at, octets.length - 1)] = byte;
    else if (kind === 'insert') octets.splice(at, 0, byte);
    else octets.splice(at, 1);
  }
  return Buffer.from(octets);
}

test('a recorded ClientHello is recognised in whatever records and pieces it arrives', () => {
  fc.assert(
    fc.property(recorded, records, places, (hello, lengths, cuts) => {
      const bytes = inRecords(messageOf(hello), lengths);
      expect(lengthOfHello(bytes)).toBe(bytes.length);
      expect(detectedLength(cutAt(bytes, cuts).pieces)).toBe(bytes.length);
    }),
  );
});

test('a damaged ClientHello is recognised exactly where a reader of whole messages recognises it', () => {
  const seen = { whole: 0, refused: 0 };
  fc.assert(
    fc.property(
      recorded,
      records,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      places,
      (hello, lengths, changes, cuts) => {
        const bytes = changed(inRecords(messageOf(hello), lengths), changes);
        const expected = lengthOfHello(bytes);
        expect(detectedLength(cutAt(bytes, cuts).pieces)).toBe(expected);
        seen[expected === undefined ? 'refused' : 'whole']++;
      },
    ),
    { numRuns: 3_000 },
  );
  expect(Math.min(seen.whole, seen.refused)).toBeGreaterThan(300);
});

test('a damaged ClientHello that is left to the request parser cannot become whole by what follows', () => {
  fc.assert(
    fc.property(recorded, fc.nat(2_000), change, fc.uint8Array({ maxLength: 40 }), (hello, length, one, rest) => {
      const damaged = changed(hello.subarray(0, length), [one]);
      if (new ProtocolDetector().detect(damaged) !== 'http1') return;
      for (const end of [Buffer.from(rest), hello.subarray(length)]) {
        expect(lengthOfHello(Buffer.concat([damaged, end]))).toBeUndefined();
      }
    }),
    { numRuns: 2_000 },
  );
});
