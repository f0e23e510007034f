import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits';
import { type ResponseHead } from '../../src/http1/response-head';
import { ResponseReader } from '../../src/http1/response-reader';
import { octets } from './expect-reading';

/** The head of a target's response, which stands between other bytes as in a connection. */
export function headOf(text: string): ResponseHead {
  const reader = new ResponseReader(DEFAULT_HEAD_LIMITS);
  const before = 'HTTP/1.1 100 Continue\r\n\r\n';
  const bytes = octets(`${before}${text}content`);
  for (let at = 0; reader.head === undefined || reader.head.statusCode === 100; at = reader.position) {
    if (reader.step(bytes, at, bytes.length, 'GET') === 'faulty') throw new Error(`${reader.fault}: ${text}`);
  }
  return reader.head;
}

/** A status line and fields, as a target sends them. */
export const targetHead = (...lines: readonly string[]): ResponseHead => headOf(`${lines.join('\r\n')}\r\n\r\n`);

/** What was rendered: the lines of its head, and its content. */
export function taken(bytes: Buffer): { readonly lines: readonly string[]; readonly content: Buffer } {
  const end = bytes.indexOf('\r\n\r\n');
  return { lines: bytes.toString('latin1', 0, end).split('\r\n'), content: bytes.subarray(end + 4) };
}
