import { CR, LF, SP, isBlank } from './grammar';

/**
 * Replaces the obsolete line folding of a response by spaces, in place, from the folded line at `at` on: what RFC 9112
 * §5.2 asks of a gateway. The head keeps its length. A line end whose next byte is not here yet is left for the next call.
 */
export function unfold(bytes: Buffer, at: number, end: number): void {
  for (let lineFeed = at - 1; lineFeed !== -1 && lineFeed + 1 < end; lineFeed = bytes.indexOf(LF, lineFeed + 1)) {
    if (bytes[lineFeed + 1] === CR || bytes[lineFeed + 1] === LF) return;
    if (!isBlank(bytes[lineFeed + 1])) continue;
    bytes[lineFeed] = SP;
    if (bytes[lineFeed - 1] === CR) bytes[lineFeed - 1] = SP;
  }
}
