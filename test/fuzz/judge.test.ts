import { describe, expect, it } from '@jest/globals';

import { judge } from '../../scripts/differential/judge';

const PUT = 'PUT / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nTransfer-Encoding: chunked\r\n\r\n';
const WHOLE = `${PUT}4\r\nabcd\r\n0; a = b\r\n\r\n`;
const CUT = `${PUT}4\r\nab`;
const answer = (status: number): string => `HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`;

const verdictOn = (toTarget: string, ...statuses: readonly number[]): string =>
  judge([
    {
      toTarget: Buffer.from(toTarget),
      fromTarget: Buffer.from(statuses.map(answer).join('')),
      moments: [],
      isOver: true,
    },
  ]).is;

describe('two answers to one request', () => {
  it.each([
    ['refused early, and then for its content', WHOLE, [417, 400]],
    ['refused early, and then because it was cut short', CUT, [417, 400]],
    ['cut short, answered and then refused', CUT, [200, 400]],
  ])('are one complaint where it was %s', (_, toTarget, statuses) => {
    expect(verdictOn(toTarget, ...statuses)).not.toBe('disagreement');
  });

  it.each([
    ['the content may have been read as a request', WHOLE, [200, 400]],
    ['the second is no complaint', WHOLE, [417, 200]],
    ['there is a third', WHOLE, [417, 400, 400]],
  ])('are a disagreement where %s', (_, toTarget, statuses) => {
    expect(verdictOn(toTarget, ...statuses)).toBe('disagreement');
  });
});

describe('a connection in another protocol', () => {
  const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
  const verdictOnEcho = (toTarget: string, method: string): string => {
    const answers = `HTTP/1.1 200 OK\r\nX-Echo: ${method} 0 ${'0'.repeat(40)} /\r\nContent-Length: 0\r\n\r\n`;
    return judge([{ toTarget: Buffer.from(toTarget, 'latin1'), fromTarget: Buffer.from(answers), isOver: true }]).is;
  };

  it('is a disagreement where the target has understood a request', () => {
    expect(verdictOnEcho('\x16\x03\x01\x02', 'GET')).toBe('disagreement');
    expect(verdictOnEcho(PREFACE, 'GET')).toBe('disagreement');
  });

  it('is none where the target has understood the preface of HTTP/2', () => {
    expect(verdictOnEcho(PREFACE, 'PRI')).toBe('same');
  });
});
