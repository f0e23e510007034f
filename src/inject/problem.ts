/** An option or a manifest that inject cannot process. The message says what is wrong and what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** A defect of inject itself: its output would differ from its input in a place that it did not mean to change. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** The message of a thrown value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
