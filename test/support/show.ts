const NAMED = new Map([
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x00, '\\0'],
  [0x5c, '\\\\'],
]);

/** A failure is read by people: no more than this of a message. */
const LONGEST = 2_000;

const escape = (byte: number): string =>
  NAMED.get(byte) ??
  (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);

/** Bytes as a person reads them: printable ASCII as it is, the rest escaped, long ones with their middle left out. */
export function show(bytes: Uint8Array): string {
  const text = (part: Uint8Array): string => Array.from(part, escape).join('');
  if (bytes.length <= LONGEST) return `"${text(bytes)}" (${bytes.length} bytes)`;
  const half = LONGEST / 2;
  return `"${text(bytes.subarray(0, half))} … ${text(bytes.subarray(-half))}" (${bytes.length} bytes)`;
}
