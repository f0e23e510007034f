import { type RequestFault } from './fault';
import { COLON, CR, FIELD_VALUE, LF, TOKEN, isBlank, skipIn } from './grammar';
import { FAULTY, INCOMPLETE } from './progress';

type FieldLineFault = Extract<RequestFault, 'bad-field-line' | 'obsolete-line-folding' | 'bare-cr' | 'bare-lf'>;

/** Where the colon and the line end of the line last scanned stand, or what is wrong with it. */
export interface ScannedLine {
  nameEnd: number;
  valueEnd: number;
  fault: FieldLineFault;
}

/**
 * Validates the field line that begins at `start` (RFC 9112 §5), to the letter: a token, a colon at once, a value without
 * control bytes, CRLF. Answers the position behind it. A fault is found at the first byte that shows it, whole line or not.
 */
export function scanFieldLine(bytes: Uint8Array, start: number, stop: number, line: ScannedLine): number {
  let at = skipIn(TOKEN, bytes, start, stop);
  if (at === stop) return INCOMPLETE;
  if (bytes[at] !== COLON || at === start) return badName(bytes, start, at, line);
  line.nameEnd = at++;
  at = skipIn(FIELD_VALUE, bytes, at, stop);
  if (at === stop) return INCOMPLETE;
  if (bytes[at] !== CR) return faulty(line, bytes[at] === LF ? 'bare-lf' : 'bad-field-line');
  line.valueEnd = at++;
  if (at === stop) return INCOMPLETE;
  return bytes[at] === LF ? at + 1 : faulty(line, 'bare-cr');
}

function badName(bytes: Uint8Array, start: number, at: number, line: ScannedLine): number {
  if (at === start && isBlank(bytes[at])) return faulty(line, 'obsolete-line-folding');
  if (bytes[at] === LF) return faulty(line, 'bare-lf');
  return faulty(line, 'bad-field-line');
}

function faulty(line: ScannedLine, fault: FieldLineFault): number {
  line.fault = fault;
  return FAULTY;
}
