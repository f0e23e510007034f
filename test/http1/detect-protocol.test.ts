import { describe, expect, test } from '@jest/globals';
import { type Preface, ProtocolDetector, mayBeOtherProtocol } from '../../src/http1/detect-protocol';
import { CLIENT_HELLOS, extension, helloMessage, inRecords, messageOf, uint16 } from '../support/client-hellos';
import { everyCut } from '../support/cut';
import { octets } from '../support/expect-reading';

type Detected = Preface | 'http1' | undefined;

const H2 = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const MAX_BYTES = 16 * 1024;
const HEADERS_BYTES = 9;

/** Offers the pieces one by one, as a tunnel does, until something is known. */
function detectIn(pieces: readonly Buffer[]): { readonly detected: Detected; readonly after: number } {
  const detector = new ProtocolDetector();
  let bytes = Buffer.alloc(0);
  for (const piece of pieces) {
    bytes = Buffer.concat([bytes, piece]);
    const detected = detector.detect(bytes);
    if (detected !== undefined) return { detected, after: bytes.length };
  }
  return { detected: undefined, after: bytes.length };
}

const byteByByte = (bytes: Buffer): readonly Buffer[] =>
  Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));

const tls = (length: number, serverName?: string): Preface => ({ protocol: 'tls', length, serverName });

describe('the preface of HTTP/2', () => {
  test('the preface of HTTP/2 is recognised by its last byte, and not before, however it is cut', () => {
    for (const { name, pieces } of everyCut(octets(H2))) {
      expect({ name, ...detectIn(pieces) }).toEqual({ name, detected: { protocol: 'h2', length: 24 }, after: 24 });
    }
    for (let length = 0; length < H2.length; length++) {
      expect(detectIn([octets(H2.slice(0, length))]).detected).toBeUndefined();
    }
  });

  test('the preface of HTTP/2 ends where the frames of the client begin', () => {
    expect(detectIn([octets(`${H2}\0\0\x12\x04`)]).detected).toEqual({ protocol: 'h2', length: 24 });
  });
});

describe('a ClientHello', () => {
  test.each(CLIENT_HELLOS)(
    'the ClientHello of %s is recognised by its last byte, and not before, however it is cut',
    (_name, hello) => {
      const { detected } = detectIn([hello]);
      expect(detected).toMatchObject({ protocol: 'tls', length: hello.length });
      for (const { name, pieces } of everyCut(hello)) {
        const found = detectIn(pieces);
        if (found.after !== hello.length) throw new Error(`${name}: decided after ${found.after} bytes`);
        expect(found.detected).toEqual(detected);
      }
    },
  );

  test.each(CLIENT_HELLOS)('the ClientHello of %s may be split into two records anywhere', (_name, hello) => {
    const message = messageOf(hello);
    for (let length = 1; length < message.length; length++) {
      const split = inRecords(message, [length]);
      expect(detectIn([split]).detected).toMatchObject({ protocol: 'tls', length: split.length });
    }
  });

  test('a ClientHello may be split into records of one byte', () => {
    const message = helloMessage({ extensions: extension(0x1234, 'content') });
    const bytes = inRecords(message, Array<number>(message.length).fill(1));
    expect(detectIn(byteByByte(bytes))).toEqual({ detected: tls(bytes.length), after: bytes.length });
  });

  test('a ClientHello ends where the next record of the client begins', () => {
    const hello = inRecords(helloMessage());
    expect(detectIn([Buffer.concat([hello, octets('\x14\x03\x03\0\x01\x01')])]).detected).toEqual(tls(hello.length));
  });

  test.each([
    ['without extensions', {}],
    ['with an empty list of extensions', { extensions: Buffer.alloc(0) }],
    ['with an empty extension at its end', { extensions: extension(23, '') }],
    ['with the longest session id', { sessionId: Buffer.alloc(32) }],
    ['with all compression methods', { compressionMethods: Buffer.alloc(255) }],
  ])('a ClientHello %s is recognised', (_name, parts) => {
    const bytes = inRecords(helloMessage(parts));
    expect(detectIn(byteByByte(bytes))).toEqual({ detected: tls(bytes.length), after: bytes.length });
  });

  test.each([0, 1, 2, 3, 4])('a ClientHello may be of version 3.%d', (minor) => {
    const bytes = inRecords(helloMessage());
    bytes[2] = bytes[10] = minor;
    expect(detectIn([bytes]).detected).toEqual(tls(bytes.length));
  });

  test('a ClientHello names its server only where that is a plain host name', () => {
    const named = (content: string): string | undefined => {
      const list = Buffer.concat([Buffer.from([0]), uint16(content.length), octets(content)]);
      const extensions = extension(0, Buffer.concat([uint16(list.length), list]));
      const { detected } = detectIn([inRecords(helloMessage({ extensions }), [60])]);
      return typeof detected === 'object' && detected.protocol === 'tls' ? detected.serverName : 'not TLS';
    };
    expect(named('service.example')).toBe('service.example');
    expect(named('a_b-1.C')).toBe('a_b-1.C');
    expect(named('a'.repeat(253))).toBe('a'.repeat(253));
    for (const other of ['', 'a'.repeat(254), 'a b', 'a\n', '\na', 'a\r\n\r\nGET / HTTP/1.1', 'ä', 'a/b', 'a\0']) {
      expect(named(other)).toBeUndefined();
    }
  });

  test('a ClientHello with two lists of server names names no server', () => {
    const name = extension(0, octets('\0\x04\0\0\x01a'));
    expect(detectIn([inRecords(helloMessage({ extensions: Buffer.concat([name, name]) }))]).detected).toMatchObject({
      serverName: undefined,
    });
  });
});

describe('the longest ClientHello', () => {
  const ofLength = (total: number): Buffer => {
    const rest = total - HEADERS_BYTES - helloMessage({ extensions: extension(1, '') }).length + 4;
    return helloMessage({ extensions: extension(1, Buffer.alloc(rest)) });
  };

  test('a ClientHello of 16 KiB with its record header is recognised', () => {
    const bytes = inRecords(ofLength(MAX_BYTES));
    expect(bytes).toHaveLength(MAX_BYTES);
    expect(detectIn([bytes]).detected).toEqual(tls(MAX_BYTES));
  });

  test('a ClientHello that is longer by one byte is refused once its length is known', () => {
    const bytes = inRecords(ofLength(MAX_BYTES + 1), [100]);
    expect(detectIn(byteByByte(bytes))).toEqual({ detected: 'http1', after: HEADERS_BYTES });
  });

  test('record headers count towards the longest ClientHello', () => {
    const message = ofLength(4_000);
    const bytes = inRecords(message, Array<number>(message.length).fill(1));
    expect(detectIn(byteByByte(bytes))).toEqual({ detected: 'http1', after: MAX_BYTES + 1 });
  });

  test('the time to read a ClientHello byte by byte grows with its length, not with its square', () => {
    const detector = new ProtocolDetector();
    const message = ofLength(MAX_BYTES / 6);
    const bytes = inRecords(message, Array<number>(message.length).fill(1));
    const begun = performance.now();
    for (let round = 0; round < 20; round++) {
      const each = round === 0 ? detector : new ProtocolDetector();
      for (let length = 1; length <= bytes.length; length++) each.detect(bytes.subarray(0, length));
    }
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});

describe('what is neither TLS nor HTTP/2', () => {
  const hello = inRecords(helloMessage({ extensions: extension(1, 'abc') }));
  /** The hello with one byte replaced. */
  const altered = (at: number, byte: number): Buffer => {
    const bytes = Buffer.from(hello);
    bytes[at] = byte;
    return bytes;
  };
  const at = { sessionIdLength: 43, cipherSuitesLength: 45, compressionLength: 48, extensionsLength: 51, inner: 55 };

  test.each([
    ['a request', 'GET / HTTP/1.1', 1],
    ['an empty line', '\r\nGET', 1],
    ['a NUL', '\0', 1],
    ['a TLS alert', '\x15\x03', 1],
    ['another method with P', 'POST /', 2],
    ['a request for which PRI is a method', 'PRI / HTTP/2.0', 5],
    ['another version of the preface', 'PRI * HTTP/2.1', 14],
    ['a preface with another end', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\rG', 24],
    ['another major version', '\x16\x02\x01', 2],
    ['a method that begins like TLS', '\x16G', 2],
    ['a request line that begins like TLS', '\x16\x03 /x HTTP/1.1\r\n', 3],
    ['a record header that ends a line', '\x16\x03\x01\r\nGET / HTTP/1.1\r\n', 6],
    ['a record without content', '\x16\x03\x01\0\0', 5],
    ['a record that is too long', '\x16\x03\x01\xff\xff', 5],
    ['another handshake message', '\x16\x03\x01\0\x05\x02', 6],
    ['a message that is too long', '\x16\x03\x01\0\x05\x01\x01\0\0\x03', 9],
    ['a message that ends before its record', '\x16\x03\x01\x01\0\x01\0\0\x40\x03', 9],
    ['a message that ends before its version', '\x16\x03\x01\0\x04\x01\0\0\0', 9],
    ['another record between two parts', '\x16\x03\x01\0\x05\x01\0\0\x40\x03\x15', 11],
    ['a part that is longer than the rest', '\x16\x03\x01\0\x05\x01\0\0\x40\x03\x16\x03\x01\0\x40', 15],
  ])('%s is left to the request parser as soon as it is seen', (_name, text, after) => {
    expect(detectIn(byteByByte(octets(text)))).toEqual({ detected: 'http1', after });
    expect(detectIn([octets(text)]).detected).toBe('http1');
  });

  test.each([
    ['another version in the message', altered(9, 2), 10],
    ['another minor version in the message', altered(10, 5), 11],
    ['a session id that is too long', altered(at.sessionIdLength, 33), 44],
    ['half a cipher suite', altered(at.cipherSuitesLength, 3), 46],
    ['no cipher suite', altered(at.cipherSuitesLength, 0), 46],
    ['cipher suites beyond the end', altered(at.cipherSuitesLength, 200), 46],
    ['no compression method', altered(at.compressionLength, 0), 49],
    ['extensions beyond the end', altered(at.extensionsLength, 8), 52],
    ['extensions that end before the message', altered(at.extensionsLength, 6), 52],
    ['an extension beyond the end', altered(at.inner, 4), 56],
    ['an extension that leaves a part of another', altered(at.inner, 2), 58],
  ])('a ClientHello with %s is left to the request parser as soon as that is seen', (_name, bytes, after) => {
    expect(detectIn(byteByByte(bytes))).toEqual({ detected: 'http1', after });
    expect(detectIn([bytes]).detected).toBe('http1');
  });
});

test('most requests are known by their first byte to be neither TLS nor HTTP/2', () => {
  for (const first of 'GHDTOC\r\n \0\x15\x17') expect(mayBeOtherProtocol(first.charCodeAt(0))).toBe(false);
  for (const first of 'P\x16') expect(mayBeOtherProtocol(first.charCodeAt(0))).toBe(true);
});
