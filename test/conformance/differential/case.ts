/** What a client sends on one connection, and what the ambassador has to make of it. */
export interface Case {
  readonly name: string;
  /**
   * Latin-1: one character is one byte. A piece is sent when the client has received something since the piece before it,
   * or has waited in vain.
   */
  readonly pieces: readonly string[];
  /** What the wire rules make of the case, whatever the target is. Without it, only the understanding is compared. */
  readonly expected?: Expected;
  /** Variables of the ambassador's environment. */
  readonly settings?: Settings;
}

export type Settings = Readonly<Record<string, string>>;

type Expected =
  /** The first message arrives at the target as these bytes. */
  | { readonly is: 'forwarded'; readonly bytes: string }
  /** As `forwarded`; how much white space the repair leaves is free. */
  | { readonly is: 'repaired'; readonly bytes: string }
  /** The client receives this status, and the target receives these bytes at most. */
  | { readonly is: 'refused'; readonly status: number; readonly bytes: string };

/** A request that a deceived target takes out of the content of another one. */
export const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

/** Follows each case: its answer shows whether the connection is still in step. */
export const CANARY = 'GET /canary HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

export const CHUNKED = 'Transfer-Encoding: chunked';

/** One chunk that holds the request to be smuggled, and the end. */
export const chunkOf = (content: string): string => `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`;

export interface Parts {
  readonly line?: string;
  readonly host?: string;
  /** Field lines, or other text in their place. */
  readonly lines?: readonly string[];
  readonly body?: string;
}

export const messageOf = ({ line = 'POST /first HTTP/1.1', host = 'Host: a', lines = [], body = '' }: Parts): string =>
  `${[line, host, ...lines].filter((each) => each !== '').join('\r\n')}\r\n\r\n${body}`;

export const caseOf = (name: string, parts: Parts): Case => caseFrom(name, messageOf(parts));

export const caseFrom = (name: string, text: string): Case => ({ name, pieces: [`${text}${CANARY}`] });

/** A case that is sent with pauses; the canary is a piece of its own. */
export const pausedCase = (name: string, ...pieces: readonly string[]): Case => ({ name, pieces: [...pieces, CANARY] });

/** The first message of the case arrives as it was sent, or as `bytes`. */
export const forwarded = (one: Case, bytes = withoutCanary(one)): Case => ({
  ...one,
  expected: { is: 'forwarded', bytes },
});

/** The first message of the case arrives as these bytes, except for white space. */
export const repaired = (one: Case, bytes: string): Case => ({ ...one, expected: { is: 'repaired', bytes } });

/** The first message of the case arrives with its folds replaced by spaces. */
export const unfolded = (one: Case): Case => repaired(one, withoutCanary(one).replace(/\r?\n[ \t]+/g, ' '));

/** The case is refused with this status, when at most `bytes` have been forwarded. */
export const refused = (one: Case, status = 400, bytes = ''): Case => ({
  ...one,
  expected: { is: 'refused', status, bytes },
});

const withoutCanary = ({ pieces }: Case): string => pieces.join('').slice(0, -CANARY.length);

/** Escapes the bytes of a text that cannot be shown. */
export const shown = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\x7f-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);

/** A text as part of a name. */
export const named = (text: string): string => shown(text).slice(0, 70);
