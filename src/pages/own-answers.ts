import { PAGE_CONTENT_TYPE, renderPage, type PageText } from './built-in';
import { preferredType, type AnswerType } from './negotiate';

/** The content of an answer of our own. It is shared between exchanges: whoever sends it must not write to it. */
export interface OwnAnswer {
  readonly contentType: string;
  readonly content: Buffer;
}

/**
 * How many answers are remembered. Our own faults times three forms are far fewer; the bound is there for the day somebody puts
 * what a client sent into a sentence.
 */
const MAX_REMEMBERED = 256;

const remembered = new Map<string, OwnAnswer>();

/**
 * Renders an answer of our own in the form the client likes best: the built-in page, problem details (RFC 9457) or plain text.
 * `title` is short and the same for a status, `sentence` says what happened and what to do. Because the form depends on Accept,
 * the answer is to carry `Vary: Accept`.
 */
export function renderAnswer(status: number, title: string, sentence: string, accept: string | undefined): OwnAnswer {
  const type = preferredType(accept);
  const key = JSON.stringify([type, status, title, sentence]);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const answer = RENDER[type]({ status, title, sentence });
  if (remembered.size < MAX_REMEMBERED) remembered.set(key, answer);
  return answer;
}

const RENDER: Readonly<Record<AnswerType, (text: PageText) => OwnAnswer>> = {
  html: (text) => ({ contentType: PAGE_CONTENT_TYPE, content: renderPage(text) }),
  json: ({ status, title, sentence }) => ({
    contentType: 'application/problem+json',
    // no "type": RFC 9457 §3.1.1 makes it about:blank, which says that the status tells all a program needs
    content: Buffer.from(`${JSON.stringify({ title, status, detail: sentence })}\n`),
  }),
  text: ({ status, title, sentence }) => ({
    contentType: 'text/plain; charset=utf-8',
    content: Buffer.from(`${status} ${title}\n${sentence}\n`),
  }),
};
