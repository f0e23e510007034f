import { existsSync } from 'node:fs';

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

import { versionFrom } from '../servers/launch';
import { type Check } from './check';
import { CLIENT_LIMIT_MS, type Client } from './client';
import { seen, type Seen } from './observation';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));

const QUIET = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`);

/** Addresses that a browser opens as a page. */
const PAGES = ['page', 'file', 'stream', 'odd fields', 'error', 'missing, html', 'missing data, html', 'large'];
/** Requests that a script in a page makes. */
const FETCHED = [
  'post',
  'put',
  'delete',
  'empty',
  'range',
  'missing, any',
  'missing, json',
  'missing data, any',
  'events',
];

/** Whether a script of a page makes this request, and not the person who opens it. */
export const isFetched = (check: Check): boolean => FETCHED.includes(check.name);

/** What comes back from the page. */
interface Fetched {
  readonly status: number;
  readonly fields: [string, string][];
  readonly content: string;
}

class ChromiumClient implements Client {
  readonly name = 'chromium';
  /** One for all: several servers may ask for it before it is there. */
  #browser: Promise<Browser> | undefined;

  version(): string | undefined {
    return EXECUTABLE === undefined ? undefined : versionFrom(EXECUTABLE, '--version');
  }

  can(check: Check): boolean {
    return PAGES.includes(check.name) || isFetched(check);
  }

  async run(check: Check, port: number): Promise<readonly Seen[]> {
    if (EXECUTABLE === undefined) throw new Error('Chromium is not installed');
    this.#browser ??= chromium.launch({
      executablePath: EXECUTABLE,
      args: ['--no-sandbox', '--no-first-run', ...QUIET],
    });
    const context = await (await this.#browser).newContext();
    context.setDefaultTimeout(CLIENT_LIMIT_MS);
    try {
      return [await (PAGES.includes(check.name) ? open(context, check, port) : fetchFrom(context, check, port))];
    } finally {
      await context.close();
    }
  }

  async stop(): Promise<void> {
    await (await this.#browser)?.close();
    this.#browser = undefined;
  }
}

async function open(context: BrowserContext, check: Check, port: number): Promise<Seen> {
  const page = await context.newPage();
  const address = `http://127.0.0.1:${port}${check.path}`;
  if (check.name === 'large') return await download(page, address);
  const response = await page.goto(address, { waitUntil: 'load' });
  if (response === null) throw new Error('no response');
  const fields = (await response.headersArray()).map(({ name, value }) => [name, value] as const);
  return seen(response.status(), response.statusText(), fields, await response.body());
}

/** What a browser cannot show it saves. */
async function download(page: Page, address: string): Promise<Seen> {
  const download = page.waitForEvent('download');
  await page.goto(address).catch(() => undefined); // a navigation that becomes a download is said to have failed
  const stream = await (await download).createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return seen(200, '', [], Buffer.concat(parts));
}

async function fetchFrom(context: BrowserContext, check: Check, port: number): Promise<Seen> {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  const init = { method: check.method, headers: check.fields, body: check.body.is === 'none' ? null : check.body.text };
  const script = `fetch(${JSON.stringify(check.path)}, ${JSON.stringify(init)}).then(async (response) =>
    ({ status: response.status, fields: [...response.headers], content: await response.text() }))`;
  const answer: Fetched = await page.evaluate(script);
  return seen(answer.status, '', answer.fields, Buffer.from(answer.content));
}

export const chromiumClient: Client = new ChromiumClient();
