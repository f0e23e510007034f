import { describe, expect, test } from '@jest/globals';
import { answersPreface } from '../../src/http1/preface-answer';
import { octets } from '../support/expect-reading';

type Protocol = 'h2' | 'tls';

/** The answer to the first byte, the first two, and so on. */
const verdicts = (protocol: Protocol, text: string): readonly (boolean | undefined)[] =>
  Array.from(text, (_, at) => answersPreface(protocol, octets(text.slice(0, at + 1))));

const unknown = (count: number): readonly undefined[] => Array.from({ length: count }, () => undefined);

const SERVER_HELLO = '\x16\x03\x03\0\x5a\x02\0\0\x56\x03\x03';

test.each(['h2', 'tls'] as const)('nothing is known of an answer to %s before its first byte', (protocol) => {
  expect(answersPreface(protocol, octets(''))).toBeUndefined();
});

describe('an answer in the protocol of the client', () => {
  test.each([
    ['tls', 'a ServerHello or a HelloRetryRequest', SERVER_HELLO, 6],
    ['tls', 'a ServerHello of TLS 1.0', '\x16\x03\x01\0\x35\x02\0\0', 6],
    ['tls', 'a ServerHello with other messages in a record of the greatest length', '\x16\x03\x03\x40\0\x02', 6],
    ['tls', 'a fatal alert', '\x15\x03\x03\0\x02\x02\x28', 6],
    ['tls', 'a warning', '\x15\x03\x01\0\x02\x01\0', 6],
    ['h2', 'an empty SETTINGS frame', '\0\0\0\x04\0\0\0\0\0', 9],
    ['h2', 'a SETTINGS frame with two settings', '\0\0\x0c\x04\0\0\0\0\0\0\x03\0\0', 9],
    ['h2', 'the longest SETTINGS frame', '\0\x3f\xfc\x04\0\0\0\0\0', 9],
  ] as const)('%s: %s is recognised as soon as enough of it has come', (protocol, _name, text, length) => {
    const wanted = [...unknown(length - 1), ...Array.from({ length: text.length - length + 1 }, () => true)];
    expect(verdicts(protocol, text)).toEqual(wanted);
  });
});

describe('any other answer', () => {
  test.each([
    ['tls', 'an HTTP response', 'HTTP/1.1 400 Bad Request\r\n', 1],
    ['tls', 'a greeting', '220 ready\r\n', 1],
    ['tls', 'application data', '\x17\x03\x03\0\x10', 1],
    ['tls', 'another major version', '\x16\x02', 2],
    ['tls', 'text that begins like a record', '\x16G', 2],
    ['tls', 'another minor version', '\x16\x03\x05\0\x30\x02', 6],
    ['tls', 'an empty record', '\x16\x03\x03\0\0\x02', 6],
    ['tls', 'a record that is too long', '\x16\x03\x03\x40\x01\x02', 6],
    ['tls', 'an echo of the ClientHello', '\x16\x03\x01\x02\0\x01', 6],
    ['tls', 'an alert of another length', '\x15\x03\x03\0\x03\x02', 6],
    ['tls', 'an alert without a level', '\x15\x03\x03\0\x02\0', 6],
    ['tls', 'an alert of an unknown level', '\x15\x03\x03\0\x02\x03', 6],
    ['h2', 'an HTTP response', 'HTTP/1.1 400 Bad Request\r\n', 1],
    ['h2', 'an echo of the preface', 'PRI * HTTP/2.0\r\n', 1],
    ['h2', 'a TLS alert', '\x15\x03\x03\0\x02\x02\x28', 1],
    ['h2', 'a SETTINGS frame that is too long', '\0\x40\x02\x04\0\0\0\0\0', 9],
    ['h2', 'half a setting', '\0\0\x03\x04\0\0\0\0\0', 9],
    ['h2', 'another frame', '\0\0\x08\x06\0\0\0\0\0', 9],
    ['h2', 'an acknowledgement', '\0\0\0\x04\x01\0\0\0\0', 9],
    ['h2', 'a SETTINGS frame on a stream', '\0\0\0\x04\0\0\0\0\x01', 9],
  ] as const)('%s: %s is recognised as such', (protocol, _name, text, length) => {
    const wanted = [...unknown(length - 1), ...Array.from({ length: text.length - length + 1 }, () => false)];
    expect(verdicts(protocol, text)).toEqual(wanted);
  });
});
