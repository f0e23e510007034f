import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { LiveFeed } from '../../../src/telemetry/live/live-feed';
import { STORIES, end, open, play, reader, refused } from '../../support/live-exchanges';
import { ABOUT, createLivePage } from './built';
import { card, chromiumPath, launch, noteOf, tailPaths, untilText, visit } from './chromium';
import { type Mounted, mount } from './mounted';

const inChromium = chromiumPath === undefined ? describe.skip : describe;

inChromium('the live page shows what happens', () => {
  let browser: Browser;
  let live: LiveFeed;
  let server: Mounted;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    live = new LiveFeed(reader);
    server = await mount(createLivePage({ live, about: ABOUT }));
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.close();
    live.close();
  });

  const cellsOf = (page: Page, path: string): Promise<string[]> =>
    page.locator('#paths tr').filter({ hasText: path }).locator('td').allInnerTexts();

  test('says what to do while nothing has happened, and makes room when something has', async () => {
    const { page, complaints } = await visit(browser, server.url);
    await untilText(page.locator('#empty'), 'curl http://localhost:8080/');
    expect(await page.locator('#tables').isVisible()).toBe(false);
    play(live, { target: '/' });
    await page.locator('#tables').waitFor();
    expect(await page.locator('#empty').isVisible()).toBe(false);
    expect(await page.title()).toBe('web-7d9f · live');
    expect(complaints).toEqual([]);
  });

  test('shows the numbers of the requests that were made, and no query', async () => {
    const { page, complaints } = await visit(browser, server.url);
    play(live, ...STORIES, { target: '/healthz', agent: 'kube-probe/1.31' });
    live.onRequest(open({ target: '/open' }));
    await untilText(noteOf(page, 'requests'), '8 in the last minute');
    await untilText(noteOf(page, 'overridden'), '2 in the last minute');
    await untilText(card(page, 'classes').locator('.headline'), '25\u2009%');
    await untilText(card(page, 'in-flight').locator('.headline'), '1');
    await untilText(card(page, 'latency').locator('.headline'), '1.0\u2009ms');
    await untilText(noteOf(page, 'bytes'), '800\u2009B in, 8.0\u2009kB out');
    await untilText(page.locator('#totals'), '8 requests since the start, 2 failed, 2 overridden');
    expect(await page.locator('#paths tr').count()).toBe(4);
    expect((await cellsOf(page, '/none')).slice(2, 6)).toEqual(['2', '2', '0', '2']);
    expect((await cellsOf(page, '/down')).slice(2, 6)).toEqual(['2', '0', '2', '0']);
    expect((await cellsOf(page, '/orders/:id')).slice(2, 6)).toEqual(['2', '0', '0', '0']);
    expect(await tailPaths(page)).toEqual([...STORIES].reverse().map(({ target }) => target.replace(/\?.*/, '')));
    expect(await page.locator('#tail .status').allInnerTexts()).toEqual([
      '500',
      '503',
      '404',
      '404',
      '302',
      '301',
      '200',
      '200',
    ]);
    expect(await page.content()).not.toContain('secret');
    expect(complaints).toEqual([]);
  });

  test('leaves what a stranger sends as text, and asks nobody but its own server', async () => {
    const hostile = ['/<script>alert(1)</script>', '/"><img/src=x/onerror=alert(2)>', '/</td></table><h1>hello</h1>'];
    const { page, complaints, asked } = await visit(browser, server.url);
    for (const target of hostile) {
      live.onEnd(refused('<b>', target));
      play(live, { target, termination: 'client-aborted' });
    }
    await page.locator('#tail tr').nth(5).waitFor();
    for (const target of hostile) {
      expect(await page.locator('#tail .path').getByText(target, { exact: true }).count()).toBe(2);
      expect(await page.locator('#paths .path').getByText(target, { exact: true }).count()).toBe(2);
    }
    expect(await page.locator('img, b, #tables h1').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect(complaints).toEqual([]);
    expect([...new Set(asked)].filter((url) => !url.startsWith('data:'))).toEqual([server.url, `${server.url}events`]);
  });

  test('works under the prefix of a proxy', async () => {
    await server.close();
    server = await mount(createLivePage({ live, about: ABOUT }), '/pods/web-7d9f/');
    const { page, complaints } = await visit(browser, server.url);
    play(live, { target: '/a' });
    await untilText(page.locator('#tail'), '/a');
    expect(complaints).toEqual([]);
  });

  test('draws its charts: the colours of the classes that were answered are on the canvas', async () => {
    const { page, complaints } = await visit(browser, server.url);
    play(live, ...STORIES);
    await untilText(noteOf(page, 'requests'), '8 in the last minute');
    play(live, ...STORIES);
    await untilText(noteOf(page, 'requests'), '16 in the last minute');
    expect(await page.locator('.plot canvas').count()).toBe(6);
    const found = await page.evaluate(`(() => {
      const canvas = document.querySelector('[data-measure="classes"] canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set();
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) seen.add([data[i], data[i + 1], data[i + 2]].join());
      const style = getComputedStyle(document.documentElement);
      return ['--c2', '--c3', '--c4', '--c5'].map((name) => {
        const color = parseInt(style.getPropertyValue(name).trim().slice(1), 16);
        return seen.has([color >> 16, (color >> 8) & 255, color & 255].join());
      });
    })()`);
    expect(found).toEqual([true, true, true, true]);
    expect(complaints).toEqual([]);
  });

  test('hides probes that went well until it is asked for them', async () => {
    const { page } = await visit(browser, server.url);
    play(live, { target: '/healthz', agent: 'kube-probe/1.31' }, { target: '/a' });
    await untilText(page.locator('#tail'), '/a');
    expect(await tailPaths(page)).toEqual(['/a']);
    await page.keyboard.press('p');
    expect(await tailPaths(page)).toEqual(['/a', '/healthz']);
    expect(await page.locator('#probes').getAttribute('aria-pressed')).toBe('true');
  });

  test('lists what has been in flight for a second', async () => {
    const { page } = await visit(browser, server.url);
    const exchange = open({ target: '/stuck' });
    live.onRequest(exchange);
    await untilText(page.locator('#waiting'), '/stuck');
    await untilText(page.locator('#waiting'), 'waiting');
    live.onEnd(end(exchange, { firstByteMs: 1500 }));
    await untilText(page.locator('#tail'), '/stuck');
    expect(await page.locator('#waiting tr').count()).toBe(0);
  });
});
