import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { LiveFeed } from '../../../src/telemetry/live/live-feed';
import { STORIES, play, reader } from '../../support/live-exchanges';
import { ABOUT, createLivePage } from './built';
import { card, chromiumPath, launch, noteOf, tailPaths, untilText, visit } from './chromium';
import { type Mounted, mount } from './mounted';

const inChromium = chromiumPath === undefined ? describe.skip : describe;

inChromium('the live page is there to be used', () => {
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

  test('shows the second under the pointer in all charts', async () => {
    const { page } = await visit(browser, server.url);
    play(live, { target: '/a' });
    await untilText(noteOf(page, 'requests'), '1 in the last minute');
    const { width = 0 } = (await card(page, 'bytes').locator('.u-over').boundingBox()) ?? {};
    await card(page, 'bytes')
      .locator('.u-over')
      .hover({ position: { x: width - 2, y: 20 } });
    await untilText(noteOf(page, 'requests'), 'at ');
    expect(await noteOf(page, 'latency').innerText()).toMatch(/^at \d\d:\d\d:\d\d$/);
    await page.mouse.move(0, 0);
    await untilText(noteOf(page, 'requests'), 'in the last minute');
  });

  test('filters the tail by what is typed: / goes to the field, Escape empties it', async () => {
    const { page } = await visit(browser, server.url);
    play(live, ...STORIES);
    await page.locator('#tail tr').nth(7).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('5xx -none');
    expect(await tailPaths(page)).toEqual(['/down', '/down']);
    await page.keyboard.type(' nowhere');
    await untilText(page.locator('#tail-none'), 'No exchange matches the filter.');
    await page.keyboard.press('Escape');
    expect(await page.locator('#tail tr').count()).toBe(8);
    expect(await page.locator('#filter').inputValue()).toBe('');
  });

  test('orders the paths by a click on a column or by its key, and says so to a screen reader', async () => {
    const { page } = await visit(browser, server.url);
    play(live, ...STORIES, { target: '/old' }, { target: '/slow', firstByteMs: 500 });
    await page.locator('#paths tr').nth(4).waitFor();
    const first = page.locator('#paths .path').first();
    await page.keyboard.press('h');
    expect(await first.innerText()).toBe('/old');
    await page.keyboard.press('l');
    expect(await first.innerText()).toBe('/slow');
    expect(await page.locator('#column-p95Ms').getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'Path' }).click();
    expect(await first.innerText()).toBe('/down');
    expect(await page.locator('#column-path').getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('t');
    expect(await first.innerText()).toBe('/slow');
  });

  test('stands still while it is paused, and has missed nothing when it goes on', async () => {
    const { page } = await visit(browser, server.url);
    play(live, { target: '/before' });
    await untilText(page.locator('#tail'), '/before');
    await page.keyboard.press(' ');
    await untilText(page.locator('#state'), 'Paused');
    expect(await page.locator('#pause').getAttribute('aria-pressed')).toBe('true');
    const told = nextUpdate();
    play(live, { target: '/meanwhile' });
    await told;
    expect(await tailPaths(page)).toEqual(['/before']);
    await page.keyboard.press(' ');
    await untilText(page.locator('#tail'), '/meanwhile');
    await untilText(noteOf(page, 'requests'), '2 in the last minute');
  });

  test('explains itself in a dialog that the keyboard opens and closes', async () => {
    const { page } = await visit(browser, server.url);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Reading this page' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#help').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.locator('#help').isVisible()).toBe(false);
  });

  test('says when the connection is lost, and goes on by itself when the server is back', async () => {
    const { page } = await visit(browser, server.url);
    play(live, { target: '/before' });
    await untilText(page.locator('#tail'), '/before');
    await server.close();
    await untilText(page.locator('#state'), 'Connection lost');
    server = await mount(createLivePage({ live, about: ABOUT }), '/', server.port);
    await untilText(page.locator('#state'), 'Live');
    play(live, { target: '/after' });
    await untilText(page.locator('#tail'), '/after');
    expect(await tailPaths(page)).toEqual(['/after', '/before']);
  });

  test('finds its charts again when it is loaded again', async () => {
    const { page } = await visit(browser, server.url);
    play(live, ...STORIES);
    await untilText(noteOf(page, 'requests'), '8 in the last minute');
    await page.reload();
    await untilText(noteOf(page, 'requests'), '8 in the last minute');
    expect(await page.locator('#tail tr').count()).toBe(8);
  });

  test.each([390, 768, 1280])('fits a screen that is %i pixels wide', async (width) => {
    const { page } = await visit(browser, server.url, { viewport: { width, height: 800 } });
    play(live, ...STORIES, { target: `/${'long-path-without-end/'.repeat(20)}` });
    await page.locator('#tail tr').nth(8).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  test('is dark for those who want it dark, the charts too, and turns while it is open', async () => {
    const { page, complaints } = await visit(browser, server.url, { colorScheme: 'dark' });
    play(live, { target: '/a' });
    await page.locator('#tail tr').first().waitFor();
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(13, 16, 21)');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).toBe('rgb(243, 244, 246)');
    expect(await page.locator('.plot canvas').count()).toBe(6);
    expect(complaints).toEqual([]);
  });

  test('moves nothing for those who want no motion', async () => {
    const { page } = await visit(browser, server.url, { reducedMotion: 'reduce' });
    play(live, { target: '/a' });
    await untilText(page.locator('#tail'), '/a');
    play(live, { target: '/b' });
    await page.locator('#tail .is-new').waitFor();
    expect(await page.evaluate("getComputedStyle(document.querySelector('.is-new')).animationName")).toBe('none');
  });

  /** Resolves when one more second has been told of. */
  function nextUpdate(): Promise<void> {
    return new Promise((resolve) => {
      const watching = live.watch(({ tail }) => {
        if (tail.length === 0) return;
        watching.stop();
        resolve();
      });
    });
  }
});
