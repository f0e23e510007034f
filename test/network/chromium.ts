import { type Browser, chromium } from 'playwright-core';
import { type Read } from './readers';

/** As root in a container; and quiet, because there is no other network. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ARGUMENTS });

/** Fetches what the page shows once more, as bytes: a browser hands out the document itself as text. */
const FETCH = `fetch(location.href)
  .then((response) => response.blob())
  .then((blob) => new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.readAsDataURL(blob);
  }))`;

/** Opens the address and fetches it from there; both must end without an error of the network. */
export const readWithChromium =
  (browser: Browser): Read =>
  async ({ host, port, path }) => {
    const page = await browser.newPage();
    try {
      const response = await page.goto(`http://${host}:${port}${path}`);
      const failure = await response?.finished();
      if (failure instanceof Error) throw failure;
      const shown = Buffer.byteLength(await page.content());
      const content = Buffer.from(await page.evaluate<string>(FETCH), 'base64');
      if (shown < content.length / 2) throw new Error(`the page shows ${shown} bytes of ${content.length}`);
      return content;
    } finally {
      await page.close();
    }
  };
