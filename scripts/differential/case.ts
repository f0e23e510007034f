/** One thing that a client might send on a connection, followed by a request that shows where the target thinks it ended. */
export interface Case {
  readonly name: string;
  /** Latin-1: one character is one byte. */
  readonly text: string;
}

/** A request that a fooled target takes out of the content of another one. */
export const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

/** What comes after: its answer shows that the connection is still in step. */
const CANARY = 'GET /canary HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

export const CHUNKED = 'Transfer-Encoding: chunked';

/** One chunk that holds the request to be smuggled, and the end. */
export const chunkOf = (content: string): string => `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`;

export interface Parts {
  readonly line?: string;
  readonly host?: string;
  /** Field lines, or whatever is to stand where they stand. */
  readonly lines?: readonly string[];
  readonly body?: string;
}

export const messageOf = ({ line = 'POST /first HTTP/1.1', host = 'Host: a', lines = [], body = '' }: Parts): string =>
  `${[line, host, ...lines].filter((each) => each !== '').join('\r\n')}\r\n\r\n${body}`;

export const caseOf = (name: string, parts: Parts): Case => caseFrom(name, messageOf(parts));

export const caseFrom = (name: string, text: string): Case => ({ name, text: `${text}${CANARY}` });

/** The bytes of a name that cannot be shown as they are. */
export const shown = (text: string): string => JSON.stringify(text).slice(1, -1);
