import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, type Locator, type Page, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is; `undefined`: tests that need one are skipped. */
export const chromiumPath = PLACES.find((path) => existsSync(path));

/** `--no-sandbox`: tests run as root in containers, and the page is our own. The others keep the browser to itself. */
export function launch(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet];
  return chromium.launch({ executablePath: chromiumPath ?? '', args });
}

/** A page that has been opened, and what came of it besides. */
export interface Visit {
  readonly page: Page;
  /** What the browser complains of: the policy, errors in scripts, answers that are missing; and dialogs. */
  readonly complaints: readonly string[];
  /** The URLs of all requests. */
  readonly asked: readonly string[];
}

/** Opens the live page and waits for its connection. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const page = await (await browser.newContext(options)).newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(url);
  await untilText(page.locator('#state'), 'Live');
  return { page, complaints, asked };
}

/** Waits until `text` is to be seen. */
export async function untilText(locator: Locator, text: string): Promise<void> {
  await locator.filter({ hasText: text }).first().waitFor({ timeout: 10_000 });
}

export const card = (page: Page, measure: string): Locator => page.locator(`[data-measure="${measure}"]`);

export const noteOf = (page: Page, measure: string): Locator => card(page, measure).locator('.note');

export const tailPaths = (page: Page): Promise<string[]> => page.locator('#tail .path').allInnerTexts();
