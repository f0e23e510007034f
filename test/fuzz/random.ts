/** Numbers that are the same for the same seed, on every machine. */
export interface Random {
  /** An integer from 0 up to, but not including, the limit. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(options: readonly [T, ...T[]]): T;
}

/** Mulberry32: 32 bits of state, good enough to vary inputs. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: ([first, ...others]) => others[below(others.length + 1) - 1] ?? first,
  };
}

const ALPHABET = 'abcdefghij 0123456789\r\n:;,HTTP/1.1\x00\xff';

/** Some text of the given length, which repeats itself after a while. */
export function randomText(random: Random, length: number): string {
  const period = Math.min(length, 499);
  const pattern = Array.from({ length: period }, () => ALPHABET[random.below(ALPHABET.length)] ?? '').join('');
  return pattern.repeat(Math.ceil(length / Math.max(1, period))).slice(0, length);
}

/** The longest stretch that is cut at every byte: each piece costs a turn of two processes. */
const BYTEWISE = 150;

/** Positions at which to cut so many bytes, in order: none, a few, or every one of a stretch. */
export function randomCuts(random: Random, length: number): readonly number[] {
  if (length < 2 || random.chance(0.3)) return [];
  if (random.chance(0.2)) {
    const start = random.below(Math.max(1, length - BYTEWISE));
    return Array.from({ length: Math.min(BYTEWISE, length - 1 - start) }, (_, index) => start + index + 1);
  }
  const cuts = new Set(Array.from({ length: 1 + random.below(8) }, () => 1 + random.below(length - 1)));
  return [...cuts].sort((a, b) => a - b);
}

export function piecesOf(text: string, cuts: readonly number[]): readonly string[] {
  const edges = [0, ...cuts.filter((cut) => cut < text.length), text.length];
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}
