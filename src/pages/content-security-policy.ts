import { getBuiltinModule } from 'node:process';

/**
 * The Content-Security-Policy of a built-in page, which allows exactly what the page contains:
 * - `default-src 'none'`: the page loads nothing and runs nothing;
 * - `style-src`: the SHA-256 of each style element (CSP3 §6.7.3.3), so that the page needs no `'unsafe-inline'`;
 * - `img-src 'self'`: browsers load the site's `/favicon.ico` beside every page, under the policy of the page;
 * - `base-uri` and `form-action`: two directives without a fallback to `default-src`.
 *
 * `frame-ancestors` has no fallback either and is left out on purpose: a browser that finds it ignores `X-Frame-Options`, which is the
 * target's decision about its own addresses.
 *
 * Node's crypto module takes 15 ms of processor time and 1 to 4 MiB to load (Node 20, 24), so it is loaded with the first built-in page
 * that is sent, and not at start.
 */
export function createPagePolicy(html: Buffer): string {
  const { createHash } = getBuiltinModule('node:crypto');
  const hashes = [...html.toString().matchAll(STYLE)].map(
    ([style]) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  );
  return `default-src 'none'; style-src ${hashes.join(' ')}; img-src 'self'; base-uri 'none'; form-action 'none'`;
}

const STYLE = /(?<=<style>).*?(?=<\/style>)/gs;
