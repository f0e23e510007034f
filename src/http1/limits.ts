/** The limits of one message head. Each bounds the memory that a peer can occupy. */
export interface HeadLimits {
  /** The start line and the field section together, in bytes. */
  readonly maxHeadBytes: number;
  /** The request line, in bytes, including its line end. */
  readonly maxRequestLineBytes: number;
  /** The number of field lines in one head, or in one trailer section. */
  readonly maxFields: number;
}

/**
 * The ambassador must not accept less than the service behind it: Node allows heads of 16 KiB, nginx 32 KiB, Tomcat and Jetty
 * are often raised to 64 KiB for large cookies and tokens.
 */
export const DEFAULT_HEAD_LIMITS: HeadLimits = {
  maxHeadBytes: 64 * 1024,
  maxRequestLineBytes: 32 * 1024,
  maxFields: 1000,
};

/** A chunk-size line with its extensions, in bytes: no known client uses them, and they are not counted as content. */
export const MAX_CHUNK_LINE_BYTES = 4 * 1024;

/**
 * The treatment of the trailer lines of a request. RFC 9110 §6.5.1 allows both: `discard` removes the lines from the content;
 * `relay` forwards them as a part of the framing, and refuses a line that could change the meaning of the request.
 */
export type RequestTrailers = 'discard' | 'relay';
