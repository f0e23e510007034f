export type FieldLine = readonly [name: string, value: string];

/** One response as a client saw it. Clients that hide a part leave it empty, with and without the sidecar alike. */
export interface Seen {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly FieldLine[];
  readonly content: Buffer;
}

/** What one check looked like: to the client, and right in front of the target. */
export interface Observation {
  readonly seen: readonly Seen[];
  /** The words of the error that the client gave, if it gave one. */
  readonly error: string;
  readonly connections: number;
  readonly forwarded: string;
}

export const seen = (status: number, reason: string, fields: readonly FieldLine[], content: Buffer): Seen => ({
  status,
  reason,
  fields,
  content,
});

/** Reads `HTTP/1.1 200 OK` and the field lines below it; for clients that show them as text. */
export function seenText(head: string, content: Buffer): Seen {
  const [startLine = '', ...lines] = head.split(/\r?\n/);
  const [, status = '0', reason = ''] = /^HTTP\/1\.\d (\d{3}) ?(.*)$/.exec(startLine) ?? [];
  const fields = lines
    .filter((line) => line !== '')
    .map((line): FieldLine => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  return seen(Number(status), reason, fields, content);
}

/** Takes out what differs from one run to the next: the port in use and the clock. */
export function settle(text: string, port: number): string {
  return text
    .replaceAll(new RegExp(`\\b${port}\\b`, 'g'), 'PORT')
    .replaceAll(/[A-Z][a-z]{2}, \d{2}[ -][A-Z][a-z]{2}[ -]20(?!24)\d{2} \d\d:\d\d:\d\d GMT/g, 'NOW');
}

/** The boundary of multipart content is made up anew for each response, and its length with it. */
const BOUNDARY = /multipart\/byteranges; ?boundary="?([^"]+)"?/;

export function settled(one: Seen, port: number): Seen {
  const boundary = one.fields.map(([, value]) => BOUNDARY.exec(value)?.[1]).find((found) => found !== undefined);
  const settleAll = (text: string): string =>
    settle(boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY'), port);
  const fields = one.fields.map(([name, value]): FieldLine => {
    const isVolatile = boundary !== undefined && /^content-length$/i.test(name);
    return [name, isVolatile ? 'LENGTH' : settleAll(value)];
  });
  return { ...one, fields, content: Buffer.from(settleAll(one.content.toString('latin1')), 'latin1') };
}
