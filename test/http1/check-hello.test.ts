import { describe, expect, test } from '@jest/globals';
import { checkHello } from '../../src/http1/check-hello';
import { ProtocolDetector } from '../../src/http1/detect-protocol';

const NAMES = [undefined, 'a', 'service.example', 'a'.repeat(253)];

describe('the ClientHello by which a target shows that it speaks TLS', () => {
  test.each(NAMES)('it is a whole ClientHello that names %p, and always takes 517 bytes', (serverName) => {
    const hello = checkHello(serverName);
    expect(new ProtocolDetector().detect(hello)).toEqual({ protocol: 'tls', length: 517, serverName });
  });

  test('it differs between clients only in the name and in what makes up for its length', () => {
    const [first, second] = [checkHello('one.example'), checkHello('two.example')].map((hello) =>
      hello.toString('latin1').replace(/(one|two)\.example/, ''),
    );
    expect(first).toBe(second);
    const begin = checkHello(undefined).subarray(0, 80);
    for (const name of NAMES) expect(checkHello(name).subarray(0, 80)).toEqual(begin);
  });

  test('it is no request for a reader of lines, and lets none wait for the end of a line or of a head', () => {
    const text = checkHello(undefined).toString('latin1');
    const head = text.slice(0, text.indexOf('\r\n\r\n'));
    const words = (line: string): number => line.split(/\s+/).filter((word) => word !== '').length;
    // Where LF ends a line, the first line is one word; where only CRLF does, it contains a bare LF.
    expect(words(head.slice(0, head.indexOf('\n')))).toBe(1);
    expect(words(head)).toBe(2);
    expect(head).not.toContain('\r');
    expect(head).toHaveLength(13);
  });
});
