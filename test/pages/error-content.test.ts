import { expect, test } from '@jest/globals';
import { renderPage } from '../../src/pages/default-page';
import { renderAnswer } from '../../src/pages/error-content';
import { createPagePolicy } from '../../src/pages/content-security-policy';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const [title, sentence] = ['Service Unavailable', 'The service is not answering yet. Try again in "a few" seconds.'];
const answer = (accept: string | undefined) => renderAnswer(503, title, sentence, accept);
const VARY = { name: 'Vary', value: 'Accept' };

test('a person gets the built-in page under its own policy', () => {
  const content = renderPage({ status: 503, title, sentence });
  expect(answer(BROWSER)).toEqual({
    fields: [
      { name: 'Content-Type', value: 'text/html; charset=utf-8' },
      VARY,
      { name: 'Content-Security-Policy', value: createPagePolicy(content) },
    ],
    content,
  });
});

test('a program that reads JSON gets problem details (RFC 9457)', () => {
  const { fields, content } = answer('application/json, text/plain, */*');
  expect(fields).toEqual([{ name: 'Content-Type', value: 'application/problem+json' }, VARY]);
  expect(JSON.parse(content.toString())).toEqual({ title, status: 503, detail: sentence });
});

test.each([
  ['curl', '*/*'],
  ['a client without Accept', undefined],
  ['an old Java program that set no Accept', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2'],
  ['a client that accepts nothing we have', 'image/png'],
])('%s gets plain text', (_, accept) => {
  expect(answer(accept)).toEqual({
    fields: [{ name: 'Content-Type', value: 'text/plain; charset=utf-8' }, VARY],
    content: Buffer.from(`503 ${title}\n${sentence}\n`),
  });
});

test('the same answer is rendered once', () => {
  expect(answer('*/*')).toBe(answer(undefined));
  expect(answer('*/*')).not.toBe(answer('application/json'));
});

test('answers without end do not fill the memory: beyond the bound they are right, but not remembered', () => {
  const numbered = (n: number) => renderAnswer(400, 'Bad Request', `Sentence ${n}.`, undefined);
  for (let n = 0; n < 300; n++) numbered(n);
  expect(numbered(0)).toBe(numbered(0));
  expect(numbered(299)).not.toBe(numbered(299));
  expect(numbered(299).content.toString()).toBe('400 Bad Request\nSentence 299.\n');
});
