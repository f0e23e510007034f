import { type Case, NEXT_EXCHANGE } from './case-file';

/** How the bytes of the n-th step are cut into the pieces that are sent one by one. */
export interface Cut {
  /** Names the cut in a failure. */
  readonly name: string;
  pieces(step: number, bytes: Buffer): readonly Buffer[];
}

export const whole: Cut = { name: 'whole', pieces: (_step, bytes) => [bytes] };

export const byteByByte: Cut = {
  name: 'byte by byte',
  pieces: (_step, bytes) => Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)),
};

const once = (cutStep: number, at: number, name: string): Cut => ({
  name,
  pieces: (step, bytes) => (step === cutStep ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes]),
});

/** Bytes between which a reader's state does not change belong to one class: words, white space, high bytes. */
function classOf(byte: number): number {
  if (byte >= 0x80) return 0x80;
  const isWord = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return isWord ? 0x61 : byte;
}

/** Repeated content has no more places of interest than its two ends. */
const MOST_PLACES = 120;

/** The places where a cut can matter: wherever the class of the byte changes, around each line end, and near both ends. */
export function placesOf(bytes: Buffer): readonly number[] {
  const places = new Set<number>();
  for (let at = 1; at < bytes.length; at += 1) {
    const before = bytes[at - 1] ?? 0;
    const after = bytes[at] ?? 0;
    const isEdge = classOf(before) !== classOf(after) || before === 0x0a || after === 0x0d;
    if (isEdge || at === 1 || at === bytes.length - 1) places.add(at);
  }
  const all = [...places];
  return all.length <= MOST_PLACES ? all : [...all.slice(0, MOST_PLACES / 2), ...all.slice(-MOST_PLACES / 2)];
}

/**
 * Every way in which a case is played: whole, byte by byte, and with one cut at each place of each message. The exchange that
 * only proves that the connection is in step is not cut in single places: its messages are the same in every case.
 */
export function cutsOf({ isCut, steps }: Case): readonly Cut[] {
  if (!isCut) return [whole];
  const single = steps.flatMap((step, index) =>
    step.kind === 'send' && !NEXT_EXCHANGE.includes(step)
      ? placesOf(step.bytes).map((at) => once(index, at, `step ${index + 1} (${step.side} sends) cut after byte ${at}`))
      : [],
  );
  return [whole, byteByByte, ...single];
}
