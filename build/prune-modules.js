'use strict';

// Takes out of a production node_modules what `require` never loads: type declarations, source maps, documents, tests and
// the second copy of every package that ships itself as ES modules too. Run by the image build, where it makes the
// application layer several times smaller. Plain JavaScript, because the compiler is already gone when it runs.
//
//   node build/prune-modules.js node_modules

const { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { basename, join, resolve } = require('node:path');

/** Folders that are useless at the top of a package; deeper they may be code (yaml has a `dist/doc`). */
const USELESS_AT_TOP = /^(?:tests?|__tests__|docs?|examples?|benchmarks?|bench|coverage|\.github)$/;
const ES_MODULES = /^(?:esm|esnext|es)$/;
const USELESS_FILES = /\.(?:map|[cm]?ts|mjs|md|markdown|ya?ml|tsbuildinfo|flow)$|^(?:\.[^/]*|tsconfig.*\.json)$/i;

/** Whether `require` takes a sibling instead: packages with both formats name the CommonJS one `.cjs`. */
const isTwin = (folder, name) => name.endsWith('.js') && existsSync(join(folder, `${name.slice(0, -3)}.cjs`));

const isScope = (folder) => basename(folder).startsWith('@') || basename(folder) === 'node_modules';

function prune(folder) {
  const isPackage = existsSync(join(folder, 'package.json'));
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      if (USELESS_FILES.test(entry.name) || isTwin(folder, entry.name)) rmSync(path);
    } else if (!isScope(folder) && (ES_MODULES.test(entry.name) || (isPackage && USELESS_AT_TOP.test(entry.name)))) {
      rmSync(path, { recursive: true });
    } else {
      prune(path);
    }
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

/** Every file that a file of the tree requires by a relative name, as it resolves now. */
function required(files) {
  const found = new Map();
  for (const file of files.filter((name) => /\.c?js$/.test(name))) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/\brequire\(\s*["'](\.{1,2}\/[^"']+)["']\s*\)/g)) {
      try {
        found.set(createRequire(file).resolve(name), file);
      } catch {
        // Not there before either: an optional part of that package.
      }
    }
  }
  return found;
}

const mebibytes = (files) => `${(files.reduce((sum, file) => sum + statSync(file).size, 0) / 2 ** 20).toFixed(1)} MiB`;

const root = resolve(process.argv[2] ?? 'node_modules');
const all = filesIn(root);
const before = mebibytes(all);
const wanted = required(all);
rmSync(join(root, '.bin'), { recursive: true, force: true });
prune(root);

const missing = [...wanted].filter(([path, by]) => !existsSync(path) && existsSync(by));
for (const [path, by] of missing) console.error(`${by} requires ${path}, which was pruned`);
if (missing.length > 0) process.exit(1);
console.log(`${root}: ${before} before, ${mebibytes(filesIn(root))} after`);
