import { type Field } from '../http1/fields';
import { PAGE_CONTENT_TYPE, renderPage, type PageText } from './default-page';
import { preferredType, type AnswerType } from './negotiate';
import { createPagePolicy } from './content-security-policy';

/** The content of an authored response and the fields that describe it. Shared between exchanges: do not modify it. */
export interface OwnAnswer {
  readonly fields: readonly Field[];
  readonly content: Buffer;
}

/**
 * The number of remembered answers. Our own faults in three forms are far fewer; the bound protects against a later change that
 * puts text of a client's into a sentence.
 */
const MAX_REMEMBERED = 256;

const remembered = new Map<string, OwnAnswer>();

/**
 * Renders an authored response in the media type that the client prefers: the built-in page, problem details (RFC 9457) or plain text.
 * `title` is short and the same for a status, `sentence` says what happened and what to do. Accept selects the form, so every
 * form lists it in `Vary` (RFC 9110 §12.5.5).
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
  html(text) {
    const content = renderPage(text);
    const policy = { name: 'Content-Security-Policy', value: createPagePolicy(content) };
    return { fields: [...describe(PAGE_CONTENT_TYPE), policy], content };
  },
  json: ({ status, title, sentence }) => ({
    fields: describe('application/problem+json'),
    // no "type": RFC 9457 §3.1.1 makes it about:blank, which says that the status tells all a program needs
    content: Buffer.from(`${JSON.stringify({ title, status, detail: sentence })}\n`),
  }),
  text: ({ status, title, sentence }) => ({
    fields: describe('text/plain; charset=utf-8'),
    content: Buffer.from(`${status} ${title}\n${sentence}\n`),
  }),
};

const describe = (contentType: string): readonly Field[] => [
  { name: 'Content-Type', value: contentType },
  { name: 'Vary', value: 'Accept' },
];
