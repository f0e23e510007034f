'use strict';

// Makes the bill of materials that `npm sbom` writes the same for every build of the same packages: without the time and the
// random number of this build, under the name of the package instead of its folder's, and in alphabetical order. Plain
// JavaScript, because the compiler is already gone when the image build runs it.
//
//   npm sbom --sbom-format=cyclonedx | node build/sbom.js >sbom.cdx.json

const { readFileSync } = require('node:fs');

const STDIN = 0;
const { serialNumber, metadata, components, dependencies, ...rest } = JSON.parse(readFileSync(STDIN, 'utf8'));
const { timestamp, component, ...about } = metadata;

const by = (key) => (one, other) => (one[key] < other[key] ? -1 : 1);
const bill = {
  ...rest,
  metadata: { ...about, component: { ...component, type: 'application', name: nameIn(component['bom-ref']) } },
  components: components.toSorted(by('bom-ref')),
  dependencies: dependencies
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.toSorted() }))
    .toSorted(by('ref')),
};
process.stdout.write(`${JSON.stringify(bill, undefined, 2)}\n`);

/** `name@version` without its version; a scope begins with `@` too. */
function nameIn(reference) {
  return reference.slice(0, reference.lastIndexOf('@'));
}
