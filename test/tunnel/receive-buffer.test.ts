import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ReceiveBuffer } from '../../src/tunnel/receive-buffer';
import { openAccount } from '../support/memory-account';

/** Held bytes as anybody would write them who need not care for copies. */
class PlainHeldBytes {
  bytes: Buffer = Buffer.alloc(0);

  append(bytes: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }

  take(): Buffer {
    const bytes = this.bytes;
    this.bytes = Buffer.alloc(0);
    return bytes;
  }
}

/** What a relay does with them: it waits; it reads all there is, and gives back what it could not judge; or it is taken over. */
type Step =
  | { readonly does: 'append'; readonly bytes: Buffer }
  | { readonly does: 'join'; readonly bytes: Buffer; readonly used: number }
  | { readonly does: 'take'; readonly used: number };

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 30 }).map((array) => Buffer.from(array)),
  fc.nat(5000).map((length) => Buffer.alloc(length, 'abc')),
);
const used = fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('append' as const), bytes }),
    fc.record({ does: fc.constant('join' as const), bytes, used }),
    fc.record({ does: fc.constant('take' as const), used }),
  ),
  { maxLength: 30 },
);

function run(held: ReceiveBuffer, plain: PlainHeldBytes, step: Step): { seen: Buffer; expected: Buffer } {
  if (step.does === 'append') {
    held.append(step.bytes);
    plain.append(step.bytes);
    return { seen: Buffer.alloc(0), expected: Buffer.alloc(0) };
  }
  if (step.does === 'join') plain.append(step.bytes);
  const seen = step.does === 'join' ? held.join(step.bytes) : held.take();
  const expected = plain.take();
  const at = Math.floor(step.used * expected.length);
  held.keep(seen, at);
  plain.append(expected.subarray(at));
  return { seen, expected };
}

test('whatever is held, joined and given back, the bytes are those that came, in order', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const held = new ReceiveBuffer(openAccount());
      const plain = new PlainHeldBytes();
      for (const step of sequence) {
        const { seen, expected } = run(held, plain, step);
        expect(seen.equals(expected)).toBe(true);
        expect(held.length).toBe(plain.bytes.length);
      }
      expect(held.take().equals(plain.bytes)).toBe(true);
      expect(held.length).toBe(0);
    }),
  );
});

test('bytes that were seen are never written over: heads point into them', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const held = new ReceiveBuffer(openAccount());
      const plain = new PlainHeldBytes();
      const all = sequence.map((step) => run(held, plain, step));
      for (const { seen, expected } of all) expect(seen.equals(expected)).toBe(true);
    }),
  );
});

test('where nothing is held, bytes pass without a copy', () => {
  const held = new ReceiveBuffer(openAccount());
  const chunk = Buffer.from('GET');
  expect(held.join(chunk)).toBe(chunk);
});

test('what was taken and is given back is not copied either', () => {
  const held = new ReceiveBuffer(openAccount());
  held.append(Buffer.from('GET / HTTP'));
  const taken = held.take();
  held.keep(taken, 4);
  const again = held.take();
  expect([again.toString(), again.buffer === taken.buffer]).toEqual(['/ HTTP', true]);
});

test('a head that comes byte by byte is copied a few times, not once a byte', () => {
  const held = new ReceiveBuffer(openAccount());
  const places = new Set<ArrayBufferLike>();
  for (let at = 0; at < 64 * 1024; at++) {
    const seen = held.join(Buffer.from('x'));
    places.add(seen.buffer);
    held.keep(seen, 0);
  }
  expect(held.length).toBe(64 * 1024);
  expect(places.size).toBeLessThan(12);
});
