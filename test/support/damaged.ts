import * as fc from 'fast-check';
import { octets } from './expect-reading';

/** Parts of messages: joined at random they go deeper than random bytes do. */
const FRAGMENTS = [
  ...['GET ', 'POST / HTTP/1.1\r\n', 'GET / HTTP/1.1\n', 'HEAD http://a/ HTTP/1.0\r\n', 'CONNECT a:1 HTTP/1.1\r\n'],
  ...['OPTIONS * HTTP/1.1\r\n', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.0 404', 'http/1.1  200\n', 'HTTP/2 200\r\n'],
  ...[
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 204 \n',
    'Host: a\r\n',
    'Host: a\n',
    'Host: ',
    'Content-Length: 3\r\n',
  ],
  ...['Content-Length : 3\n', 'Content-Length: 3, 3\r\n', 'Content-Length: ', 'Content_Length:  3\r\n'],
  ...['Transfer-Encoding: chunked\r\n', 'Transfer-Encoding:  chunked\r\n', 'transfer-encoding: gzip,', 'identity'],
  ...['Connection: close\r\n', 'X:y\n', 'X:y\r\n z\r\n', 'X:y\n\tz\n', ' z\r\n', 'no colon\r\n', '(: x\r\n', 'chunked'],
  ...['\r\n', '\n', '\r', ' ', '\t', '\0', '\x01', ':', ',', ';', '0', '5', '3\r\nabc\r\n', '3;a="b"\r\nabc\r\n'],
  ...['3 \nabc\n', '0\r\n\r\n', '0\n\n', '0\r\nA: b\r\n\r\n', '0;\nA : b\n c\n\n', 'hello', '\xff', '\x16\x03'],
] as const;
const fragment = fc.constantFrom(...FRAGMENTS);

export const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.array(fragment, { maxLength: 24 }).map((fragments) => octets(fragments.join(''))),
);

/** One change to bytes: some taken out, others put in. */
const change = fc.record({ at: fc.nat(400), out: fc.nat(3), put: fc.oneof(fragment, fc.constant('')) });

export const mutated = (sequence: fc.Arbitrary<readonly { readonly bytes: Buffer }[]>): fc.Arbitrary<Buffer> =>
  fc.tuple(sequence, fc.array(change, { minLength: 1, maxLength: 3 })).map(([messages, changes]) =>
    changes.reduce(
      (bytes, { at, out, put }) => {
        const place = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, place), octets(put), bytes.subarray(place + out)]);
      },
      Buffer.concat(messages.map(({ bytes }) => bytes)),
    ),
  );
