/**
 * What is wrong with a request, in one word. Each is a message that two parsers could read differently, or that is
 * larger than we agreed to hold; it is refused before its first byte is forwarded.
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
  | 'request-line-too-long'
  | 'head-too-large'
  | 'too-many-fields';

/** What is wrong with a response. The words are those of requests where the rule is the same. */
export type ResponseFault = Exclude<RequestFault, RequestOnly> | 'bad-status-line';

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
  | 'unknown-transfer-coding'
  | 'connect-with-content'
  | 'request-line-too-long';
