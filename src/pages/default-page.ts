import { createPagePolicy } from './content-security-policy';

/** The text of an error page. `title` and `sentence` are plain text: they are escaped where they are written. */
export interface PageText {
  readonly status: number;
  readonly title: string;
  readonly sentence: string;
}

/** A page that is ready to be sent. */
export interface Page {
  readonly content: Buffer;
  /** Makes the Content-Security-Policy that the page brings along; `undefined` for a page that brings none. */
  readonly createPolicy: (() => string) | undefined;
}

/** The media type of every page, built-in or the user's: a page file has to be UTF-8. */
export const PAGE_CONTENT_TYPE = 'text/html; charset=utf-8';

/**
 * One style for all pages. Colours meet WCAG AA (4.5:1) on their background in both schemes; nothing is loaded from anywhere;
 * `light-dark()` is avoided for browsers of before 2024.
 */
const style = [
  ':root{--paper:#f7f5f1;--ink:#1d1b19;--soft:#5d5851;--mark:#b3401c;color-scheme:light dark}',
  '@media(prefers-color-scheme:dark){:root{--paper:#151617;--ink:#efece6;--soft:#a8a39a;--mark:#ff9466}}',
  '*{box-sizing:border-box;margin:0}',
  'body{min-height:100vh;min-height:100svh;display:grid;align-items:center;background:var(--paper);color:var(--ink);overflow-x:hidden;',
  'font:1.125rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
  'main{width:100%;max-width:52rem;margin:0 auto;padding:clamp(1.5rem,6vw,4rem)}',
  '.status{font-size:clamp(6rem,min(24vw,32vh),13.5rem);font-weight:800;line-height:.8;letter-spacing:-.055em;margin-left:-.05em;',
  'font-variant-numeric:tabular-nums}',
  'svg{display:block;width:calc(50vw + 50%);height:.75rem;margin:clamp(1.75rem,5vw,3rem) 0;color:var(--mark)}',
  'h1{font-size:clamp(1.6rem,4.5vw,2.35rem);line-height:1.15;letter-spacing:-.02em;text-wrap:balance}',
  'h1~p{max-width:34em;margin-top:.75rem;color:var(--soft);text-wrap:pretty}',
  'a{display:inline-block;padding:.35em 0;color:var(--ink);font-weight:600;text-decoration-color:var(--mark);',
  'text-decoration-thickness:.12em;text-underline-offset:.3em}',
  'a:hover{color:var(--mark)}',
  'a:focus-visible{outline:.15em solid var(--mark);outline-offset:.3em;border-radius:.1em}',
].join('');

/** A link that helps the reader: the start page for a lost path, the same address again for a target that may come back. */
const LINKS: ReadonlyMap<number, string> = new Map([
  [404, '<p><a href="/">Go to the start page</a></p>'],
  [502, '<p><a href="">Try again</a></p>'],
  [503, '<p><a href="">Try again</a></p>'],
  [504, '<p><a href="">Try again</a></p>'],
]);

/** For a page that would link to itself. */
const NO_LINK = '';

/**
 * Renders the built-in page: one self-contained HTML document below 4 KiB, with no script and no request to anywhere. It has no
 * icon of its own, so that a browser keeps showing the icon of the site.
 */
export function renderPage({ status, title, sentence }: PageText, link = LINKS.get(status) ?? NO_LINK): Buffer {
  return Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} (${status})</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="status">${status}</p>
<svg width="300" height="12" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M0 6H84"/><circle cx="90" cy="6" r="5" fill="currentColor" stroke="none"/><circle cx="150" cy="6" r="5"/><path d="M166 6H4000" stroke-dasharray="2 8"/></svg>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(sentence)}</p>
${link}
</main>
</body>
</html>
`);
}

/** A page for each place that a 404 can stand at. Both are shared between exchanges: do not modify them. */
export interface NotFoundPages {
  readonly anywhere: Page;
  /** For the request target `/`, with or without a query. */
  readonly atStart: Page;
}

const page = (text: PageText, link?: string): Page => {
  const content = renderPage(text, link);
  return { content, createPolicy: () => createPagePolicy(content) };
};

const notFound = { status: 404, title: 'Page not found' };

/** The pages for a 404 without a page of the user's. */
export const builtInNotFoundPages: NotFoundPages = {
  anywhere: page({
    ...notFound,
    sentence:
      'There is nothing at this address. The link may be out of date, or the address may contain a typing mistake.',
  }),
  atStart: page({ ...notFound, sentence: 'This site has no start page. Its pages are at other addresses.' }, NO_LINK),
};

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
