import { describe, expect, test } from '@jest/globals';

import { caseFrom, forwarded, refused, unfolded, type Case } from './case';
import { judgeOutcome } from './outcome';

const HEAD = 'POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n';

function outcomeOf(one: Case, toTarget: string, answer: string, fromTarget = ''): string | undefined {
  const recording = { toTarget: Buffer.from(toTarget), fromTarget: Buffer.from(fromTarget), moments: [], isOver: true };
  return judgeOutcome(one, { sent: [], answer: Buffer.from(answer), recordings: [recording] })?.kind;
}

describe('a case that is to be forwarded', () => {
  const one = forwarded(caseFrom('x', `${HEAD}hello`));

  test('agrees when the target receives it first, or a part of it', () => {
    expect(outcomeOf(one, `${HEAD}helloGET /canary`, '')).toBeUndefined();
    expect(outcomeOf(one, HEAD, '')).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['a changed message', `${HEAD}hallo`],
    ['white space', HEAD.replace('Host: a', 'Host:  a')],
  ])('disagrees when the target receives %s', (_, toTarget) => {
    expect(outcomeOf(one, toTarget, 'HTTP/1.1 400 Bad Request\r\n\r\n')).toBe('outcome');
  });
});

describe('a case with folded lines', () => {
  const folded = unfolded(caseFrom('x', 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\n w\r\n\r\n'));

  test('agrees when each fold is one space or more', () => {
    expect(outcomeOf(folded, 'GET / HTTP/1.1\r\nHost: a\r\nX: y z   w\r\n\r\n', '')).toBeUndefined();
  });

  test('disagrees when a fold is left', () => {
    expect(outcomeOf(folded, 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz w\r\n\r\n', '')).toBe('outcome');
  });
});

describe('a case that is to be refused', () => {
  const BAD = 'HTTP/1.1 400 Bad Request\r\n\r\n';
  const atOnce = refused(caseFrom('x', HEAD));
  const later = refused(caseFrom('x', HEAD), 400, HEAD);

  test('agrees when the client receives the status and the target no more than it may', () => {
    expect(outcomeOf(atOnce, '', BAD)).toBeUndefined();
    expect(outcomeOf(later, HEAD, BAD)).toBeUndefined();
  });

  test('disagrees about another status, unless it may be of the target', () => {
    expect(outcomeOf(atOnce, '', 'HTTP/1.1 414 URI Too Long\r\n\r\n')).toBe('outcome');
    expect(outcomeOf(atOnce, '', '')).toBe('outcome');
    expect(outcomeOf(later, HEAD, 'HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n')).toBeUndefined();
  });

  test('disagrees when the target receives more', () => {
    expect(outcomeOf(atOnce, 'P', BAD)).toBe('outcome');
    expect(outcomeOf(later, `${HEAD}x`, BAD)).toBe('outcome');
  });
});
