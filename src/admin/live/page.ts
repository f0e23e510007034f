import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type WholeReply } from '../reply';
import { MARKUP } from './markup';
import { STYLE } from './style';

const ENTRY = './main.js';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cg fill='none' stroke='%234a7de8' " +
  "stroke-width='3' stroke-linecap='round'%3E%3Cpath d='M1.5 12h5.5m10 0h5.5'/%3E%3Ccircle cx='12' cy='12' r='4.5'/%3E%3C/g%3E%3C/svg%3E";

/**
 * Builds the page: reads the chart library and the compiled modules of `client/`, which are CommonJS like all modules
 * of this program, and writes them into the document. They are found from the package's root, even if the process runs
 * from a bundle, and the page requests only `events`. The security policy allows exactly these scripts and styles, by
 * their hashes.
 */
export function createPage(): WholeReply {
  const styles = [readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'), STYLE];
  const scripts = [readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'), clientScript()];
  return {
    kind: 'whole',
    status: 200,
    type: 'text/html; charset=utf-8',
    content: Buffer.from(documentOf(styles, scripts)),
    fields: { 'Content-Security-Policy': policyOf(styles, scripts) },
  };
}

function documentOf(styles: readonly string[], scripts: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>ambassador · live</title>
<link rel="icon" href="${ICON}">
${styles.map((style) => `<style>${style}</style>`).join('\n')}
</head>
<body>${MARKUP}${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}

/**
 * Builds the security policy. The last two directives forbid every conversion of text into markup or script, also by
 * the chart library.
 */
function policyOf(styles: readonly string[], scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${styles.map(hashOf).join(' ')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Builds one script from the modules of the page, each as a function, with a `require` that knows only these modules.
 */
function clientScript(): string {
  const directory = join(dirname(require.resolve('ambassador/package.json')), 'dist/admin/live/client');
  const modules = readdirSync(directory)
    .filter((name) => name.endsWith('.js'))
    .map((name) => `'./${name}': function (exports, require) {\n${readFileSync(join(directory, name), 'utf8')}}`);
  return `(function () {
const modules = {
${modules.join(',\n')}
};
const loaded = {};
function load(name) {
  const file = name.endsWith('.js') ? name : name + '.js';
  if (!(file in loaded)) {
    loaded[file] = {};
    modules[file](loaded[file], load);
  }
  return loaded[file];
}
load('${ENTRY}');
})();`;
}
