'use strict';

/*
 * Ends with 0 if node_modules holds what package-lock.json says, and with 1 if `npm ci` has to be run. Plain
 * JavaScript without a dependency, as it runs before there are any.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');

/** npm keeps in node_modules/ what it has installed, in the form of the lock file. */
const wanted = packagesOf(join(root, 'package-lock.json'));
const present = packagesOf(join(root, 'node_modules/.package-lock.json'));

// What is optional is for other machines: it is missing here by rights.
const missing = Object.entries(wanted).filter(
  ([path, { version, optional }]) => path !== '' && !optional && present[path]?.version !== version,
);
process.exitCode = missing.length === 0 ? 0 : 1;

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
