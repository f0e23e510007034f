import { digitValue, isDigit } from './grammar';
import { NO_RUN, pauseIn } from './paused-scan';
import { type ResponseLine, faultyLine, scanToLineEnd } from './response-line';

const PATTERN = Buffer.from('HTTP/1.1 200 ');
const MINOR = 7;
const CODE = 9;
const CODE_END = 12;
const NAME = 'HTTP/';

/** Services write lower case, versions such as `HTTP/2`, several spaces, and no reason phrase. */
const LENIENT = /^http\/\d(?:\.\d)?[ \t]+[1-9]\d\d(?:[ \t]|$)/i;

/**
 * Validates the status line that begins at `start` (RFC 9112 §4) and returns the position after it. A line that differs from
 * `HTTP/1.x 200 Reason` and CRLF, but is recognised, is irregular: version and status are those of the repaired line.
 */
export function scanStatusLine(bytes: Buffer, start: number, stop: number, line: ResponseLine): number {
  line.isIrregular = false;
  const end = Math.min(stop, start + PATTERN.length);
  for (let at = start; at < end; at++) {
    const offset = at - start;
    const isMatch =
      offset === MINOR || (offset >= CODE && offset < CODE_END) ? isDigit(bytes[at]) : bytes[at] === PATTERN[offset];
    if (!isMatch || (offset === CODE && bytes[at] === 0x30)) return scanLeniently(bytes, start, stop, line);
  }
  if (end - start < PATTERN.length) return pauseIn(line, NO_RUN);
  line.minorVersion = digitValue(bytes[start + MINOR]);
  line.statusCode =
    digitValue(bytes[start + CODE]) * 100 +
    digitValue(bytes[start + CODE + 1]) * 10 +
    digitValue(bytes[start + CODE + 2]);
  return scanToLineEnd(bytes, end, stop, line, 'bad-status-line');
}

/** Refuses a protocol other than HTTP at its first byte, and anything else when the line is complete. */
function scanLeniently(bytes: Buffer, start: number, stop: number, line: ResponseLine): number {
  const name = bytes.toString('latin1', start, Math.min(stop, start + NAME.length)).toUpperCase();
  if (name !== NAME.slice(0, name.length)) return faultyLine(line, 'bad-status-line');
  if (name.length < NAME.length) return pauseIn(line, NO_RUN);
  const end = scanToLineEnd(bytes, start, stop, line, 'bad-status-line');
  if (end < 0) return end;
  line.isIrregular = true;
  return LENIENT.test(bytes.toString('latin1', start, line.valueEnd)) ? end : faultyLine(line, 'bad-status-line');
}
