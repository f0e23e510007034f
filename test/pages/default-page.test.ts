import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { builtInNotFoundPages, renderPage } from '../../src/pages/default-page';
import { createPagePolicy } from '../../src/pages/content-security-policy';

const { anywhere, atStart } = builtInNotFoundPages;

const pages: readonly [string, Buffer][] = [
  ['404', anywhere.content],
  ['404', atStart.content],
  ...[400, 408, 414, 431, 500, 501, 502, 503, 504, 505].map((status): [string, Buffer] => [
    String(status),
    renderPage({ status, title: 'A title of some words', sentence: 'A sentence. '.repeat(20) }),
  ]),
];

const between = (page: Buffer, open: string, close: string): string => {
  const html = page.toString();
  const start = html.indexOf(open) + open.length;
  return html.slice(start, html.indexOf(close, start));
};
const styleOf = (page: Buffer): string => between(page, '<style>', '</style>');
const count = (page: Buffer, tag: string): number => page.toString().split(tag).length - 1;

describe.each(pages)('the built-in page for %s', (status, page) => {
  test('is small, and larger than the 512 bytes below which some browsers show an error page of their own', () => {
    expect(page.length).toBeLessThan(4096);
    expect(page.length).toBeGreaterThan(512);
  });

  test('has a language, a title, one main part and one first heading', () => {
    const html = page.toString();
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
    expect(between(page, '<title>', '</title>')).toMatch(new RegExp(`^[A-Z].* \\(${status}\\)$`));
    expect(['<main>', '<h1>', '<title>', 'name="viewport"'].map((tag) => count(page, tag))).toEqual([1, 1, 1, 1]);
    expect(between(page, '<p class="status">', '</p>')).toBe(status);
  });

  test('runs nothing, loads nothing and names no product', () => {
    expect(page.toString()).not.toMatch(
      /<script|<link|<img|<iframe|src=|url\(|@import|\/\/|\son\w+=|style=|ambassador/i,
    );
  });
});

test.each([
  [404, '<a href="/">'],
  [502, '<a href="">'],
  [503, '<a href="">'],
  [504, '<a href="">'],
])('a %i leads on', (status, link) => {
  expect(renderPage({ status, title: 't', sentence: 's' }).toString()).toContain(link);
});

test('a 404 for / does not link to itself, and does not speak of a typing mistake', () => {
  expect(atStart.content.toString()).not.toMatch(/<a |href|typing/);
});

test('the policy allows the style of the page and the icon of the site, and nothing else', () => {
  for (const [, page] of pages) {
    const hash = createHash('sha256').update(styleOf(page)).digest('base64');
    expect(createPagePolicy(page).split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "img-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  }
  expect([anywhere, atStart].map(({ createPolicy }) => createPolicy?.())).toEqual(
    [anywhere, atStart].map(({ content }) => createPagePolicy(content)),
  );
});

test('the policy has a hash for each style of a page, lines and all', () => {
  const hashes = ['a{\n}', ''].map((style) => createHash('sha256').update(style).digest('base64'));
  expect(createPagePolicy(Buffer.from('<style>a{\n}</style><p><style></style>'))).toContain(
    `style-src 'sha256-${hashes[0]}' 'sha256-${hashes[1]}';`,
  );
});

test.each([400, 408, 414, 431, 500, 501, 505])('a %i promises no way on', (status) => {
  expect(renderPage({ status, title: 't', sentence: 's' }).toString()).not.toContain('<a ');
});

test('whatever title and sentence hold is shown as text', () => {
  const unescape = (html: string): string =>
    html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => {
      return { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }[name] ?? '';
    });
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('<', '>', '&', '"', "'", '/', ';', '#', '</h1>', '<script>', '&lt;'),
      fc.string({ maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(text, text, (title, sentence) => {
      const page = renderPage({ status: 500, title, sentence });
      const heading = between(page, '<h1>', '</h1>');
      const paragraph = between(page, '</h1>\n<p>', '</p>');
      expect([heading, paragraph].join('')).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      expect([unescape(heading), unescape(paragraph)]).toEqual([title, sentence]);
    }),
  );
});

describe('contrast', () => {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const schemes = [...styleOf(anywhere.content).matchAll(/:root\{([^}]*)\}/g)].map(([, rules = '']) =>
    Object.fromEntries(
      [...rules.matchAll(/--(\w+):(#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]),
    ),
  );

  test.each([
    ['light', schemes[0]],
    ['dark', schemes[1]],
  ])('every colour of the %s scheme is readable on its paper (WCAG AA, 4.5:1)', (_, colours = {}) => {
    const { paper = '', ...inks } = colours;
    expect(Object.keys(inks)).toEqual(['ink', 'soft', 'mark']);
    for (const ink of Object.values(inks)) expect(contrast(ink, paper)).toBeGreaterThanOrEqual(4.5);
  });
});
