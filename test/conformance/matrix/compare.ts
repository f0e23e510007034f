import { BEHIND_THE_LAST } from '../reference-reader';
import { type FieldLine, type Observation, type Seen } from './observation';

/** What the rules of the override ask of a 404 that was seen without the sidecar. */
export interface Asked {
  readonly method: string;
  /** The `Accept` that the client sent; undefined when it sent none. */
  readonly accept: string | undefined;
  /** A browser says (Sec-Fetch-Dest) that a script and no person will read the answer. */
  readonly isForScript: boolean;
}

/** Fields that describe the content, which the override replaces with its own or removes. */
const OF_CONTENT = new Set([
  ...['content-length', 'content-type', 'transfer-encoding', 'trailer', 'content-encoding', 'content-language'],
  ...['content-disposition', 'content-location', 'content-range', 'content-md5', 'content-digest', 'repr-digest'],
  ...['digest', 'accept-ranges', 'etag', 'last-modified'],
]);

/** Fields that act as an element of the document; the page brings its own or none. */
const OF_DOCUMENT = new Set(['content-security-policy', 'content-security-policy-report-only', 'link', 'refresh']);

/** These may be written anew: what they say is compared by itself. */
const NOT_KEPT = new Set([...OF_CONTENT, ...OF_DOCUMENT, 'vary', 'connection']);

/** Every way in which the two differ that the product does not promise; none is what we want. */
export function differences(asked: Asked, direct: Observation, through: Observation): readonly string[] {
  if (isBlank(direct)) return [];
  if (isGivenUp(direct) && through.seen.every(({ status }) => status === 502)) return [];
  if (isOutOfStep(asked, direct)) return unlike('the client saw the error', '', through.error);
  const found = unlike('the client saw the error', direct.error, through.error);
  found.push(...unlike('connections to the target', direct.connections, through.connections));
  found.push(...unlike('bytes forwarded', direct.forwarded, through.forwarded));
  found.push(...unlike('number of responses', direct.seen.length, through.seen.length));
  direct.seen.forEach((one, index) => {
    const other = through.seen[index];
    if (other !== undefined) found.push(...(one.status === 404 ? notFound(asked, one, other) : same(one, other)));
  });
  return found;
}

/** A browser shows no error that has no content; the page of the override is what mends that. */
const isBlank = ({ error }: Observation): boolean => error.includes('ERR_HTTP_RESPONSE_CODE_FAILURE');

/** The server closed the connection without a word: the sidecar then says 502. */
const isGivenUp = ({ seen, error }: Observation): boolean => seen.length === 0 && error === '';

/** The server sent content behind the answer to HEAD, where a client expects the next answer (RFC 9112 §6.3): it is left out. */
const isOutOfStep = ({ method }: Asked, { error }: Observation): boolean =>
  method === 'HEAD' && error.includes(BEHIND_THE_LAST);

/** A server need not answer twice in the same way. What differs without the sidecar is no difference that it makes. */
export function withoutOwn(found: readonly string[], direct: Observation, again: Observation): readonly string[] {
  const own = direct.seen.flatMap((one, index) => {
    const other = again.seen[index];
    return other === undefined ? [] : same(one, other).map(aspectOf);
  });
  return found.filter((difference) => !own.includes(aspectOf(difference)));
}

const aspectOf = (difference: string): string => difference.split(':', 1).join();

function unlike(what: string, direct: string | number, through: string | number): string[] {
  if (direct === through) return [];
  return [`${what}: ${JSON.stringify(direct).slice(0, 600)} became ${JSON.stringify(through).slice(0, 600)}`];
}

const shown = (fields: readonly FieldLine[]): string => fields.map(([name, value]) => `${name}: ${value}`).join(' | ');

function same(direct: Seen, through: Seen): string[] {
  return [
    ...unlike('status', direct.status, through.status),
    ...unlike('reason', direct.reason, through.reason),
    ...unlike('fields', shown(direct.fields), shown(through.fields)),
    ...(direct.content.equals(through.content)
      ? []
      : [`content: ${direct.content.length} bytes became ${through.content.length} others`]),
  ];
}

const field = (seen: Seen, wanted: string): string | undefined =>
  seen.fields.find(([name]) => name.toLowerCase() === wanted)?.[1];

/** The default policy: pages for people, never for programs. */
function isOverridden(asked: Asked, direct: Seen): boolean {
  if (asked.method === 'OPTIONS') return false;
  const accept = asked.accept ?? '*/*';
  if (accept.includes('text/html')) return true;
  if (asked.isForScript || !['GET', 'HEAD'].includes(asked.method)) return false;
  const takesAnything = accept.split(',').every((range) => /^\s*(?:\*|text)\/\*/.test(range));
  return takesAnything && /^text\/html\b/i.test(field(direct, 'content-type') ?? '');
}

const varies = ({ fields }: Seen): boolean =>
  fields.some(([name, value]) => /^vary$/i.test(name) && /\baccept\b(?!-)/i.test(value));

/** Ours, where the server sent none (RFC 9110 §6.6.1). */
const withoutDate = (seen: Seen): Seen => ({ ...seen, fields: seen.fields.filter(([name]) => !/^date$/i.test(name)) });

/** A page that ends the connection says so, even where the server just ends it. */
function connectionOf(direct: Seen, through: Seen): string[] {
  const [before, after] = [field(direct, 'connection'), field(through, 'connection')];
  return before === undefined && after === 'close' ? [] : unlike('Connection', before ?? 'none', after ?? 'none');
}

function notFound(asked: Asked, direct: Seen, through: Seen): string[] {
  if (!isOverridden(asked, direct)) return same(direct, through);
  const kept = (seen: Seen): string => shown(seen.fields.filter(([name]) => !NOT_KEPT.has(name.toLowerCase())));
  const found = [
    ...unlike('status', direct.status, through.status),
    ...unlike('reason', direct.reason, through.reason),
    ...unlike('kept fields', kept(direct), kept(field(direct, 'date') === undefined ? withoutDate(through) : through)),
    ...connectionOf(direct, through),
    ...unlike('page type', 'text/html', (field(through, 'content-type') ?? 'none').split(';')[0] ?? ''),
    ...(varies(through) ? [] : ['Vary does not name Accept']),
  ];
  const length = Number(field(through, 'content-length'));
  const isWhole =
    asked.method === 'HEAD' ? through.content.length === 0 && length > 0 : through.content.length === length;
  if (!isWhole) found.push(`page of ${through.content.length} bytes said to have ${length}`);
  if (asked.method !== 'HEAD' && !through.content.includes('<')) found.push('the page is not HTML');
  return found;
}
