/** One way in which bytes arrive. */
export interface Cut {
  /** Names the cut in a failure. */
  readonly name: string;
  readonly pieces: readonly Buffer[];
}

const at = (bytes: Buffer, place: number): Cut => ({
  name: `cut behind byte ${place}`,
  pieces: [bytes.subarray(0, place), bytes.subarray(place)],
});

/** Whole, byte by byte, and cut in two at every place there is. */
export function everyCut(bytes: Buffer): readonly Cut[] {
  const single = Array.from({ length: Math.max(0, bytes.length - 1) }, (_, index) => at(bytes, index + 1));
  return [
    { name: 'whole', pieces: [bytes] },
    { name: 'byte by byte', pieces: Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)) },
    ...single,
  ];
}

/** Cut at these places, in whatever order and however often they are named. */
export function cutAt(bytes: Buffer, places: readonly number[]): Cut {
  const sorted = [...new Set(places)].filter((place) => place > 0 && place < bytes.length).sort((a, b) => a - b);
  const pieces = [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
  return { name: `cut behind ${sorted.join(', ')}`, pieces };
}
