import { createHash } from 'node:crypto';

import { type ModelRequest, type ModelRequestHead } from '../reference-reader';

/** What a target says that it understood of one request. */
export interface Echo {
  readonly method: string;
  /** Undefined where the target did not read the content. */
  readonly content: { readonly length: number; readonly digest: string } | undefined;
  /** The value of the field `X-Probe`, as the service sees it; empty where it sees none. */
  readonly probe: string;
  readonly target: string;
}

/** The service answers a request for such a target at once and leaves its content unread. */
export const isUnread = (target: string): boolean => target.includes('/unread');

const digestOf = (body: Buffer): string => createHash('sha1').update(body).digest('hex');

/** The field line by which every target of the differential test reports a request. */
export function echoLine(head: ModelRequestHead, body: Buffer | undefined): string {
  const content = body === undefined ? '- -' : `${body.length} ${digestOf(body)}`;
  const probe = Buffer.from(head.fields.all('x-probe').join(), 'latin1').toString('hex');
  return `X-Echo: ${head.method} ${content} ${probe === '' ? '-' : probe} ${head.target}`;
}

const ECHO = /^x-echo: (\S+) (?:(\d+) ([0-9a-f]{40})|- -) (-|[0-9a-f]+) ?(.*)\r$/gim;

export function echoesIn(fromTarget: Buffer): readonly Echo[] {
  return [...fromTarget.toString('latin1').matchAll(ECHO)].map(
    ([, method = '', length, digest = '', probe = '', target = '']) => ({
      method,
      content: length === undefined ? undefined : { length: Number(length), digest },
      probe: probe === '-' ? '' : Buffer.from(probe, 'hex').toString('latin1'),
      target,
    }),
  );
}

/** Words of the cases that a target repeats, however it writes the rest. */
const MARKS = ['smuggled', 'canary', 'second', 'unread'];

export const hasSameMarks = (one: string, other: string): boolean =>
  MARKS.every((mark) => one.includes(mark) === other.includes(mark));

/** Whether the echo is of this request. */
export function isEchoOf(request: ModelRequest, { method, content, target }: Echo): boolean {
  return (
    request.method.toUpperCase() === method.toUpperCase() &&
    hasSameMarks(request.target, target) &&
    (content === undefined || (request.body.length === content.length && digestOf(request.body) === content.digest))
  );
}
