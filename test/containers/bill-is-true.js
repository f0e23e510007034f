'use strict';

// Run by node in the image, in the folder of the ambassador: ends with 1 unless sbom.cdx.json names every package that is
// there, and no other.

const { readFileSync, readdirSync } = require('node:fs');
const { dirname, join } = require('node:path');

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const IS_PACKAGE = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/;

const named = read('sbom.cdx.json').components.map((component) => component['bom-ref']);
const installed = readdirSync('.', { recursive: true })
  .filter((file) => file.endsWith('/package.json') && IS_PACKAGE.test(dirname(file)))
  .map((file) => read(join('.', file)))
  .map(({ name, version }) => `${name}@${version}`);

const unnamed = installed.filter((each) => !named.includes(each));
const absent = named.filter((each) => !installed.includes(each));
console.log(
  `${named.length} packages`,
  ...unnamed.map((each) => `not named: ${each}`),
  ...absent.map((each) => `not there: ${each}`),
);
process.exitCode = unnamed.length + absent.length > 0 || named.length === 0 ? 1 : 0;
