import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser } from 'playwright-core';
import { chromiumPath, launch } from '../../admin/live/chromium';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { startSidecar } from '../../support/in-process-sidecar';
import { SERVICES, playBack, startService } from './services';

/** All that a policy can take from a page: styles in an element and in an attribute, a script, images. */
const USER_PAGE = `<!doctype html>
<meta charset="utf-8">
<title>gone</title>
<style>body { background: gold; font: 2rem serif }</style>
<p style="color: crimson">Nothing here
<p id="script">the script did not run
<img src="/logo.svg" alt="no logo">
<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='40' height='40'%3E%3Crect width='40' height='40'/%3E%3C/svg%3E" alt="no data">
<form action="/search"><input name="q"></form>
<script>document.getElementById('script').textContent = 'the script ran';</script>
`;

type Env = Readonly<Record<string, string>>;

/** What a person sees: the screenshot by its hash, the errors and warnings of the browser, and the path at the end. */
interface View {
  readonly pixels: string;
  readonly complaints: readonly string[];
  readonly url: string;
}

async function look(browser: Browser, port: number): Promise<View> {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 }, colorScheme: 'light' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'info') complaints.push(message.text()); // `Clear-Site-Data` says what it has cleared
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${port}/missing`, { waitUntil: 'networkidle' });
  const view = {
    pixels: createHash('sha256')
      .update(await page.screenshot())
      .digest('hex'),
    // an icon is asked for once for each site, so it may or may not be missing
    complaints: complaints.filter((text) => !text.endsWith('status of 404 (Not Found)')),
    url: new URL(page.url()).pathname,
  };
  await context.close();
  return view;
}

/** Runs `use` with the port of an ambassador in front of the service. */
async function behind<T>(listener: RequestListener, env: Env, use: (port: number) => Promise<T>): Promise<T> {
  const service = await startService(listener);
  const sidecar = await startSidecar({ TARGET_PORT: String(service.port), ...env });
  try {
    return await use(sidecar.port);
  } finally {
    await sidecar.close();
    await service.close();
  }
}

(chromiumPath === undefined ? describe.skip : describe)('in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ambassador-page-'));
  const file = join(folder, '404.html');
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(file, USER_PAGE);
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  describe.each<[string, Env]>([
    ['the built-in page', {}],
    ["a user's page", { NOT_FOUND_PAGE: file }],
  ])('%s', (_page, env) => {
    let plain: View;

    beforeAll(async () => {
      plain = await behind(playBack({}), env, (port) => look(browser, port));
    });

    test('looks as it does without any policy, and the browser complains of nothing, behind a plain service', () => {
      expect(plain).toMatchObject({ complaints: [], url: '/missing' });
    });

    test.each(Object.entries(SERVICES))('looks the same behind %s', async (_service, listener) => {
      expect(await behind(listener, env, (port) => look(browser, port))).toEqual(plain);
    });
  });

  test('the page for a service that is down keeps its style under its own policy', async () => {
    const sidecar = await startSidecar({ TARGET_PORT: String(await freePort()), CONNECT_RETRY_WINDOW: '0s' });
    const page = await browser.newPage();
    const response = await page.goto(`http://127.0.0.1:${sidecar.port}/`);
    expect(response?.headers()).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'; style-src 'sha256-"),
      vary: 'Accept',
    });
    expect([response?.status(), await page.title()]).toEqual([503, 'Service Unavailable (503)']);
    expect(await page.evaluate<string>('getComputedStyle(document.body).display')).toBe('grid');
    await page.close();
    await sidecar.close();
  });

  test('the icon of the site is loaded beside the built-in page', async () => {
    const asked: string[] = [];
    const listener: RequestListener = (request, response) => {
      asked.push(request.url ?? '');
      playBack({ 'Content-Security-Policy': "default-src 'none'" })(request, response);
    };
    await behind(listener, {}, async (port) => {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/missing`);
      await expect(
        eventually(
          () => asked,
          (urls) => urls.includes('/favicon.ico'),
        ),
      ).resolves.toBeDefined();
      await page.close();
    });
  });

  test.each<[string, Env, boolean]>([
    ['may frame the page where the service said nothing', {}, true],
    [
      'may frame it where only the policy of the content was strict',
      { 'Content-Security-Policy': "default-src 'none'" },
      true,
    ],
    ['may not frame it where frame-ancestors said so', { 'Content-Security-Policy': "frame-ancestors 'none'" }, false],
    ['may not frame it where X-Frame-Options said so', { 'X-Frame-Options': 'DENY' }, false],
    [
      'may frame it where frame-ancestors allowed it, so that X-Frame-Options did not count',
      { 'Content-Security-Policy': 'frame-ancestors http://127.0.0.1:*', 'X-Frame-Options': 'DENY' },
      true,
    ],
  ])('another origin %s', async (_, fields, isFramed) => {
    await behind(playBack(fields), {}, async (port) => {
      const frame = `<iframe src="http://127.0.0.1:${port}/missing"></iframe>`;
      const outer = await startService((_request, response) =>
        response.setHeader('Content-Type', 'text/html').end(frame),
      );
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${outer.port}/`);
      expect((await page.frames()[1]?.title()) === 'Page not found (404)').toBe(isFramed);
      await page.close();
      await outer.close();
    });
  });
});
