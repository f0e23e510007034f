import { CR, LF } from './grammar';

/**
 * The rule that a request violates, in one word. Two parsers could read such a message differently, or it is larger than a
 * limit; it is refused before its first byte is forwarded.
 */
export type RequestFault =
  | 'bad-request-line'
  | 'bad-request-target'
  | 'bad-version'
  | 'unsupported-version'
  | 'bad-field-line'
  | 'obsolete-line-folding'
  | 'bare-cr'
  | 'bare-lf'
  | 'missing-host'
  | 'repeated-host'
  | 'bad-host'
  | 'bad-content-length'
  | 'conflicting-content-length'
  | 'repeated-content-length'
  | 'disguised-framing'
  | 'length-with-transfer-coding'
  | 'bad-transfer-coding'
  | 'unknown-transfer-coding'
  | 'transfer-coding-on-http10'
  | 'connect-with-content'
  | 'bad-chunk'
  | 'bad-trailer'
  | 'request-line-too-long'
  | 'head-too-large'
  | 'too-many-fields';

/** The rule that a response violates. The words are those of requests where the rule is the same. */
export type ResponseFault = Exclude<RequestFault, RequestOnly> | 'bad-status-line' | 'unrequested-switch';

type RequestOnly =
  | 'bad-request-line'
  | 'bad-request-target'
  | 'bad-version'
  | 'unsupported-version'
  | 'missing-host'
  | 'repeated-host'
  | 'bad-host'
  | 'repeated-content-length'
  | 'disguised-framing'
  | 'connect-with-content'
  | 'bad-trailer'
  | 'obsolete-line-folding'
  | 'request-line-too-long';

/** The part of a line that a log shows: enough to recognise it, with a limit for what a peer can write into a log. */
const MAX_QUOTED_BYTES = 200;

/** The line that begins at `start`, Latin-1, without its line end and at most 200 bytes of it. */
export function quoteLine(bytes: Buffer, start: number): string {
  const quoted = bytes.subarray(start, start + MAX_QUOTED_BYTES);
  const lineFeed = quoted.indexOf(LF);
  const end = lineFeed === -1 ? quoted.length : lineFeed;
  return quoted.toString('latin1', 0, end > 0 && quoted[end - 1] === CR ? end - 1 : end);
}
