import { type Override, createOverride } from '../http1/response-writer';
import { parseSloppyResponse } from '../http1/raw-response';
import { checkNames, isRecord, wrongArgument } from './argument';
import { type Field } from './subscriber';

const BYTES = 'bytes (a Buffer, a Uint8Array or another view of an ArrayBuffer)';

/**
 * Renders what a subscriber answers with. JavaScript has no compiler that checks it, so every part is checked here, read only
 * once and copied: what is valid now is what will be sent.
 * @throws TypeError that names the part of the page that is wrong.
 */
export function renderPage(page: unknown): Override {
  if (typeof page === 'string') return renderRaw(page);
  if (ArrayBuffer.isView(page)) return renderRaw(copyOf(page));
  if (!isRecord(page))
    throw wrongArgument('page', `a whole response as text or ${BYTES}, or an object with content`, page);
  checkNames('page', page, ['status', 'fields', 'content']);
  const { status } = page;
  return createOverride({
    ...(status === undefined ? {} : { status: readStatus(status) }),
    fields: readFields(page['fields']),
    content: readContent(page['content']),
    keepsFields: true,
  });
}

function renderRaw(raw: string | Buffer): Override {
  const { fields, ...response } = parseSloppyResponse(raw);
  // A date that was written into a page is not the date of this answer.
  const dateless = fields.filter(({ name }) => name.toLowerCase() !== 'date');
  return createOverride({ ...response, fields: dateless, keepsFields: false, encoding: 'latin1' });
}

function readStatus(status: unknown): number {
  const code = typeof status === 'string' && /^\d{3}$/.test(status) ? Number(status) : status;
  if (typeof code === 'number' && Number.isInteger(code) && code >= 200 && code <= 999) return code;
  throw wrongArgument('page.status', 'a final status from 200 to 999, as a number or as three digits', status);
}

function readContent(content: unknown): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  if (ArrayBuffer.isView(content)) return copyOf(content);
  throw wrongArgument('page.content', `text or ${BYTES}`, content);
}

const copyOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(Buffer.from(buffer, byteOffset, byteLength));

function readFields(fields: unknown): readonly Field[] {
  if (fields === undefined) return [];
  if (typeof fields !== 'object' || fields === null) {
    throw wrongArgument('page.fields', 'an object of names and values, or an iterable of { name, value }', fields);
  }
  if (isIterable(fields)) return Array.from(fields, (field, index) => readField(`page.fields[${index}]`, field));
  return Object.entries(fields).flatMap(([name, value]) => readValues(name, value));
}

const isIterable = (value: object): value is Iterable<unknown> => Symbol.iterator in value;

function readField(place: string, field: unknown): Field {
  if (!isRecord(field)) throw wrongArgument(place, 'an object { name, value }', field);
  const { name, value } = field;
  return { name: readText(`${place}.name`, name), value: readText(`${place}.value`, value) };
}

function readValues(name: string, value: unknown): readonly Field[] {
  const place = `page.fields[${JSON.stringify(name)}]`;
  if (typeof value === 'string') return [{ name, value }];
  if (!Array.isArray(value)) throw wrongArgument(place, 'text or an array of texts', value);
  return Array.from(value, (each, index) => ({ name, value: readText(`${place}[${index}]`, each) }));
}

function readText(place: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongArgument(place, 'text', value);
  return value;
}
