import { type ResponseFault } from './fault';
import { COLON, CR, LF, RELAYED_VALUE, TOKEN, isBlank, skipIn } from './grammar';
import { NO_RUN, type PausableLine, pauseIn } from './paused-scan';
import { FAULTY } from './scan-result';

type ResponseLineFault = Extract<ResponseFault, 'bad-status-line' | 'bad-field-line' | 'bare-cr'>;

/** The line of a response head or trailer section that was last scanned. */
export interface ResponseLine extends PausableLine {
  nameEnd: number;
  valueEnd: number;
  statusCode: number;
  /** The `x` of `HTTP/1.x`. */
  minorVersion: number;
  /** Whether a line of this head needs a repair (`head-repair.ts`) before it is relayed. Only ever set here. */
  isIrregular: boolean;
  fault: ResponseLineFault;
}

export const createResponseLine = (): ResponseLine => ({
  nameEnd: 0,
  valueEnd: 0,
  statusCode: 0,
  minorVersion: 0,
  isIrregular: false,
  fault: 'bad-field-line',
  run: NO_RUN,
});

/**
 * Scans the field line of a response that begins at `start`, and returns the position after it. Accepts every line that
 * leaves one reading: a name that is not a token is relayed; a line that ends in LF alone, is folded, has white space before its
 * colon, or has no colon makes the head irregular. NUL and CR alone are faults.
 */
export function scanResponseFieldLine(bytes: Buffer, start: number, stop: number, line: ResponseLine): number {
  const at = skipIn(TOKEN, bytes, start, stop);
  if (at === stop) return pauseIn(line, TOKEN);
  line.nameEnd = at;
  if (bytes[at] === COLON && at > start) return scanToLineEnd(bytes, at + 1, stop, line, 'bad-field-line');
  const end = scanToLineEnd(bytes, at, stop, line, 'bad-field-line');
  if (end < 0) return end;
  const colon = bytes.subarray(start, line.valueEnd).indexOf(COLON);
  line.nameEnd = colon === -1 ? line.valueEnd : start + colon;
  if (colon === -1 || isBlank(bytes[start]) || isBlank(bytes[line.nameEnd - 1])) line.isIrregular = true;
  return end;
}

/** Scans to the end of a line, which may be LF alone, and returns the position after it. */
export function scanToLineEnd(
  bytes: Buffer,
  start: number,
  stop: number,
  line: ResponseLine,
  faultOfNul: ResponseLineFault,
): number {
  const at = skipIn(RELAYED_VALUE, bytes, start, stop);
  if (at === stop) return pauseIn(line, RELAYED_VALUE);
  line.valueEnd = at;
  if (bytes[at] === LF) {
    line.isIrregular = true;
    return at + 1;
  }
  if (bytes[at] !== CR) return faultyLine(line, faultOfNul);
  if (at + 1 === stop) return pauseIn(line, NO_RUN);
  return bytes[at + 1] === LF ? at + 2 : faultyLine(line, 'bare-cr');
}

export function faultyLine(line: ResponseLine, fault: ResponseLineFault): number {
  line.fault = fault;
  return FAULTY;
}
