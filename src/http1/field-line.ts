import { type RequestFault } from './fault';
import { COLON, CR, LF, RELAYED_VALUE, TOKEN, isBlank, skipIn } from './grammar';
import { NO_RUN, type PausableLine, pauseIn } from './paused-scan';
import { FAULTY } from './scan-result';

type FieldLineFault = Extract<RequestFault, 'bad-field-line' | 'bare-cr' | 'bare-lf'>;

/** The positions of the colon and the line end of the line last scanned, or its fault. */
export interface ScannedLine extends PausableLine {
  nameEnd: number;
  valueEnd: number;
  fault: FieldLineFault;
}

export const createScannedLine = (): ScannedLine => ({ nameEnd: 0, valueEnd: 0, fault: 'bad-field-line', run: NO_RUN });

/**
 * Validates the field line of a request that begins at `start` (RFC 9112 §5): a token, a colon without space before it, a
 * value without NUL, and the line end `lineEnd`. Returns the position after the line. A fault is found at the first byte
 * that shows it, whether or not the line is complete.
 */
export function scanFieldLine(
  bytes: Uint8Array,
  start: number,
  stop: number,
  lineEnd: LineEnd,
  line: ScannedLine,
): number {
  const at = skipIn(TOKEN, bytes, start, stop);
  if (at === stop) return pauseIn(line, TOKEN);
  if (bytes[at] !== COLON || at === start) {
    return faulty(line, bytes[at] === LF && lineEnd !== 'lf' ? 'bare-lf' : 'bad-field-line');
  }
  line.nameEnd = at;
  return scanValue(bytes, at + 1, stop, lineEnd, line);
}

/**
 * How the lines of one section end. Two line ends in one section could be read in two ways, with one exception: in a head of
 * `crlf-or-fold`, LF alone ends a line where a continuation follows, as in the client certificates that nginx forwards. Both
 * readings of such a line end give the same value.
 */
export type LineEnd = 'crlf' | 'crlf-or-fold' | 'lf';

/** Validates the rest of a field line, or a folded continuation of it (RFC 9112 §5.2), and returns the position after it. */
export function scanValue(bytes: Uint8Array, start: number, stop: number, lineEnd: LineEnd, line: ScannedLine): number {
  const at = skipIn(RELAYED_VALUE, bytes, start, stop);
  if (at === stop) return pauseIn(line, RELAYED_VALUE);
  line.valueEnd = at;
  if (bytes[at] === LF) {
    if (lineEnd === 'lf') return at + 1;
    if (lineEnd === 'crlf') return faulty(line, 'bare-lf');
    if (at + 1 === stop) return pauseIn(line, NO_RUN);
    return isBlank(bytes[at + 1]) ? at + 1 : faulty(line, 'bare-lf');
  }
  if (bytes[at] !== CR) return faulty(line, 'bad-field-line');
  if (at + 1 === stop) return pauseIn(line, NO_RUN);
  if (bytes[at + 1] !== LF) return faulty(line, 'bare-cr');
  return lineEnd === 'lf' ? faulty(line, 'bare-lf') : at + 2;
}

function faulty(line: ScannedLine, fault: FieldLineFault): number {
  line.fault = fault;
  return FAULTY;
}
