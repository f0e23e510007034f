import { type Random } from './random';

/** Something that must hold for every input. Inputs are plain data, so that they can be saved and played again. */
export interface Property<Input> {
  readonly name: string;
  generate(random: Random): Input;
  /** What is wrong, or undefined. */
  check(input: Input): Promise<string | undefined>;
  /** Simpler inputs that may fail as well, the boldest first. */
  simpler(input: Input): readonly Input[];
  stop(): Promise<void>;
}

/** Long enough for a busy machine; a connection that is still there then hangs. */
export const HANG_MS = 10_000;

/** The text without one of its parts: halves first, then smaller ones. */
export function shorter(text: string): readonly string[] {
  const found: string[] = [];
  for (let size = Math.ceil(text.length / 2); size >= 1 && found.length < 150; size = Math.floor(size / 2)) {
    for (let at = 0; at < text.length && found.length < 150; at += size)
      found.push(text.slice(0, at) + text.slice(at + size));
  }
  return found;
}
