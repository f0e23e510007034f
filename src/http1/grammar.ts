/** Octets and character classes of RFC 9110 §5.6 and RFC 9112, as tables: one look-up a byte, no regular expressions. */

export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const COMMA = 0x2c;
export const SLASH = 0x2f;
const ZERO = 0x30;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const DOUBLE_QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const ASTERISK = 0x2a;
export const LEFT_BRACKET = 0x5b;
export const RIGHT_BRACKET = 0x5d;
export const QUESTION_MARK = 0x3f;
const PERCENT = 0x25;

const table = (accepts: (octet: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, octet) => (accepts(octet) ? 1 : 0));

const among = (characters: string): ((octet: number) => boolean) => {
  const codes = new Set(Array.from(characters, (character) => character.charCodeAt(0)));
  return (octet) => codes.has(octet);
};

const isAlphaNumeric = among('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
const isTokenPunctuation = among("!#$%&'*+-.^_`|~");

/** `tchar`, RFC 9110 §5.6.2: the characters of methods and field names. */
export const TOKEN = table((octet) => isAlphaNumeric(octet) || isTokenPunctuation(octet));

/** The octets of a field value in an authored response, RFC 9110 §5.5: HTAB, SP, VCHAR and obs-text. */
export const FIELD_VALUE = table((octet) => octet === HTAB || (octet >= SP && octet !== 0x7f));

/**
 * The octets of a field value that is relayed: all but NUL, CR and LF. RFC 9110 §5.5 lets a recipient retain other control
 * characters, and Cookie and User-Agent fields of real clients contain them.
 */
export const RELAYED_VALUE = table((octet) => octet !== 0 && octet !== CR && octet !== LF);

/** The octets that are accepted in a request target: VCHAR, and obs-text because browsers and curl send raw UTF-8. */
export const REQUEST_TARGET = table((octet) => octet > SP && octet !== 0x7f);

const isSchemePunctuation = among('+-.');

/** `scheme`, RFC 3986 §3.1, after its first letter. */
export const SCHEME = table((octet) => isAlphaNumeric(octet) || isSchemePunctuation(octet));

const isNamePunctuation = among("-._~!$&'()*+;=");

/** The octets of the name in a `Host` field: `reg-name` of RFC 3986 §3.2.2, and obs-text. */
export const FIELD_HOST = table(
  (octet) => isAlphaNumeric(octet) || isNamePunctuation(octet) || octet === COMMA || octet === PERCENT || octet >= 0x80,
);

/** The subset that all parsers accept in an absolute target: no list, no encoding, no raw bytes. */
export const ABSOLUTE_HOST = table((octet) => isAlphaNumeric(octet) || isNamePunctuation(octet));

const isLiteralPunctuation = among(':.%-_~');

/** The octets between the brackets of an `IP-literal`, RFC 3986 §3.2.2; a zone may follow the address (RFC 6874). */
export const IP_LITERAL = table((octet) => isAlphaNumeric(octet) || isLiteralPunctuation(octet));

export const NOT_HEX = 0xff;

const HEX_VALUE = Uint8Array.from({ length: 256 }, (_, octet) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(octet).toLowerCase());
  return value === -1 ? NOT_HEX : value;
});

/** The value of a hexadecimal digit, or {@link NOT_HEX}. */
export const hexValue = (octet: number | undefined): number => HEX_VALUE[octet ?? HEX_VALUE.length] ?? NOT_HEX;

/** The value of a decimal digit that is known to be one. */
export const digitValue = (octet: number | undefined): number => (octet ?? ZERO) - ZERO;

/** Whether `table` accepts this octet. It accepts none after the last byte. */
export const isIn = (table: Uint8Array, octet: number | undefined): boolean =>
  octet !== undefined && table[octet] === 1;

/** `ALPHA`. */
export const isAlpha = (octet = 0): boolean => (octet >= 0x41 && octet <= 0x5a) || (octet >= 0x61 && octet <= 0x7a);

/**
 * The position after the octets from `start` on that `table` accepts, at most `stop`. This loop is a function of its own, because
 * compiled code looks up an imported table for each access: here once for a run of octets, otherwise twice for each octet.
 */
export function skipIn(table: Uint8Array, bytes: Uint8Array, start: number, stop: number): number {
  let at = start;
  while (at < stop && table[bytes[at] ?? 0] === 1) at++;
  return at;
}

/**
 * The position after the empty lines (CRLF, or LF alone) that begin at `start`, or after the first of them with which they are
 * longer than `maxBytes`. A CR that is the last byte is not used up: LF may follow.
 */
export function skipEmptyLines(bytes: Uint8Array, start: number, end: number, maxBytes: number): number {
  let at = start;
  while (at < end && at - start <= maxBytes) {
    if (bytes[at] === LF) at++;
    else if (bytes[at] === CR && at + 1 < end && bytes[at + 1] === LF) at += 2;
    else break;
  }
  return at;
}

export const isDigit = (octet: number | undefined): boolean => octet !== undefined && octet >= 0x30 && octet <= 0x39;

/** SP or HTAB, the white space of RFC 9110 §5.6.3. */
export const isBlank = (octet: number | undefined): boolean => octet === SP || octet === HTAB;

/** Whether `bytes` from `start` to `end` spell `lower` (ASCII, in lower case), letter case aside. */
export function equalsIgnoreCase(bytes: Uint8Array, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    const octet = bytes[start + i] ?? 0;
    const folded = octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
    if (folded !== lower.charCodeAt(i)) return false;
  }
  return true;
}

/** The bounds of a value without the optional white space around it (RFC 9110 §5.5). */
export function skipBlank(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at])) at++;
  return at;
}

export function trimBlank(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(bytes[at - 1])) at--;
  return at;
}
