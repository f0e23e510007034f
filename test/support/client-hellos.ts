import recorded from './client-hellos.json';

/** The first bytes of real clients, recorded from the wire. */
export const CLIENT_HELLOS: readonly (readonly [client: string, bytes: Buffer])[] = Object.entries(recorded).map(
  ([client, text]) => [client, Buffer.from(text, 'base64')],
);

export function helloOf(client: keyof typeof recorded): Buffer {
  return Buffer.from(recorded[client], 'base64');
}

export const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const vector8 = (content: Buffer): Buffer => Buffer.concat([Buffer.from([content.length]), content]);
const vector16 = (content: Buffer): Buffer => Buffer.concat([uint16(content.length), content]);

/** The parts of a hello that a client may choose freely. */
export interface HelloParts {
  readonly random?: Buffer;
  readonly sessionId?: Buffer;
  readonly cipherSuites?: Buffer;
  readonly compressionMethods?: Buffer;
  /** Undefined: the hello ends before its extensions, as those of old clients do. */
  readonly extensions?: Buffer | undefined;
}

export const extension = (type: number, content: Buffer | string): Buffer =>
  Buffer.concat([uint16(type), vector16(Buffer.from(content))]);

/** A ClientHello as a handshake message, without record headers. */
export function helloMessage(parts: HelloParts = {}): Buffer {
  const { random = Buffer.alloc(32), sessionId = Buffer.alloc(0), cipherSuites = uint16(0x1301) } = parts;
  const { compressionMethods = Buffer.alloc(1), extensions } = parts;
  const body = Buffer.concat([
    uint16(0x0303),
    random,
    vector8(sessionId),
    vector16(cipherSuites),
    vector8(compressionMethods),
    extensions === undefined ? Buffer.alloc(0) : vector16(extensions),
  ]);
  return Buffer.concat([Buffer.from([1, body.length >> 16]), uint16(body.length & 0xffff), body]);
}

/** Puts a handshake message into records of these lengths, and what is left into one more. */
export function inRecords(message: Buffer, lengths: readonly number[] = []): Buffer {
  const records: Buffer[] = [];
  let at = 0;
  for (const length of [...lengths, message.length]) {
    const content = message.subarray(at, at + length);
    if (content.length > 0) records.push(Buffer.from([22, 3, 1]), vector16(content));
    at += content.length;
  }
  return Buffer.concat(records);
}

/** Takes the record headers from a hello that stands in one record. */
export const messageOf = (hello: Buffer): Buffer => hello.subarray(5);
