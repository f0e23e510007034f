import { type Wire } from './wire';

/** A response as a strict client reads it: what the sidecar writes itself must leave no room for doubt. */
export interface Answer {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: Buffer;
  /** Bytes of the whole response, head and content. */
  readonly length: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** A field of the target may have any name (`X(A)`): it is relayed, because nothing else can be meant. */
const FIELD_LINE = /^([^\x00-\x1f:]*):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5][0-9]{2}) [\t\x20-\x7e]*$/;

const readField = (line: string): readonly [string, string] => {
  const match = FIELD_LINE.exec(line);
  if (match === null) throw new Error(`not a field line: ${JSON.stringify(line)}`);
  return [match[1] ?? '', match[2] ?? ''];
};

/** The values of a field, by its name in any letter case. */
export const valuesOf = (answer: Pick<Answer, 'fields'>, name: string): readonly string[] =>
  answer.fields.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);

/**
 * Reads one final response framed by Content-Length, as our own answers are. Undefined until it is whole; throws
 * on anything that a careful client would doubt.
 */
export function readAnswer(received: Buffer, toMethod = 'GET'): Answer | undefined {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, headEnd).split('\r\n');
  const status = STATUS_LINE.exec(statusLine)?.[1];
  if (status === undefined) throw new Error(`not a status line: ${JSON.stringify(statusLine)}`);
  const head = { status: Number(status), fields: lines.map(readField) };
  const [contentLength, ...more] = valuesOf(head, 'Content-Length');
  if (contentLength === undefined || more.length > 0 || !/^[0-9]+$/.test(contentLength)) {
    throw new Error(`an answer has one Content-Length; here: ${JSON.stringify(lines)}`);
  }
  if (valuesOf(head, 'Transfer-Encoding').length > 0) throw new Error('Content-Length and Transfer-Encoding together');
  const start = headEnd + HEAD_END.length;
  const length = start + (toMethod === 'HEAD' ? 0 : Number(contentLength));
  if (received.length < length) return undefined;
  return { ...head, content: received.subarray(start, length), length };
}

/** The status of the next answer that arrives. */
export async function statusOf(wire: Wire): Promise<number | undefined> {
  const bytes = await wire.takeSome((received) => readAnswer(received)?.length, 'an answer');
  return readAnswer(bytes)?.status;
}
