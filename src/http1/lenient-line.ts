import { type ResponseFault } from './fault';
import { COLON, CR, LF, SP, TOKEN, digitValue, isDigit, skipIn } from './grammar';
import { FAULTY, INCOMPLETE } from './progress';

type LenientFault = Extract<ResponseFault, 'bad-status-line' | 'bad-field-line' | 'bare-cr'>;

/** What was found on the line last scanned, or what is wrong with it. */
export interface LenientLine {
  nameEnd: number;
  valueEnd: number;
  statusCode: number;
  minorVersion: number;
  fault: LenientFault;
}

const STATUS = Buffer.from('HTTP/1.1 200');
const MINOR = 7;
const CODE = 9;

/** Validates a status line (RFC 9112 §4); the reason phrase and the space before it may be missing. */
export function scanStatusLine(bytes: Buffer, start: number, stop: number, line: LenientLine): number {
  const end = Math.min(stop, start + STATUS.length);
  for (let at = start; at < end; at++) {
    const offset = at - start;
    const isMatch = offset === MINOR || offset >= CODE ? isDigit(bytes[at]) : bytes[at] === STATUS[offset];
    if (!isMatch || (offset === CODE && bytes[at] === 0x30)) return faulty(line, 'bad-status-line');
  }
  if (end === stop) return INCOMPLETE;
  const behind = bytes[end];
  if (behind !== SP && behind !== CR && behind !== LF) return faulty(line, 'bad-status-line');
  line.minorVersion = digitValue(bytes[start + MINOR]);
  line.statusCode = threeDigits(bytes, start + CODE);
  return scanToLineEnd(bytes, end, stop, line, 'bad-status-line');
}

function threeDigits(bytes: Buffer, at: number): number {
  return digitValue(bytes[at]) * 100 + digitValue(bytes[at + 1]) * 10 + digitValue(bytes[at + 2]);
}

/** Validates a field line: a token, a colon at once, no NUL and no bare CR in the value, a line end of CRLF or LF. */
export function scanLenientFieldLine(bytes: Buffer, start: number, stop: number, line: LenientLine): number {
  const at = skipIn(TOKEN, bytes, start, stop);
  if (at === stop) return INCOMPLETE;
  if (bytes[at] !== COLON || at === start) return faulty(line, 'bad-field-line');
  line.nameEnd = at;
  return scanToLineEnd(bytes, at + 1, stop, line, 'bad-field-line');
}

function scanToLineEnd(
  bytes: Buffer,
  start: number,
  stop: number,
  line: LenientLine,
  faultOfNul: LenientFault,
): number {
  for (let at = start; at < stop; at++) {
    const octet = bytes[at] ?? 0;
    if (octet > CR) continue;
    if (octet === LF) {
      line.valueEnd = at;
      return at + 1;
    }
    if (octet === 0) return faulty(line, faultOfNul);
    if (octet !== CR) continue;
    if (at + 1 === stop) return INCOMPLETE;
    if (bytes[at + 1] !== LF) return faulty(line, 'bare-cr');
    line.valueEnd = at;
    return at + 2;
  }
  return INCOMPLETE;
}

function faulty(line: LenientLine, fault: LenientFault): number {
  line.fault = fault;
  return FAULTY;
}
