'use strict';

/** The layers, top first. A folder or file may import only itself and what stands below it. */
const floors = [
  'boot',
  'main',
  'inject',
  'index',
  'workers',
  'app',
  'ambassador',
  'ambassador-options',
  'config',
  'admin',
  'telemetry',
  'middleware',
  'pages',
  'tunnel',
  'net',
  'memory',
  'log',
  'http1',
  'fs',
];
const floor = (name) => `^src/${name}(\\.ts$|/)`;

const onlyDown = floors.map((name, level) => ({
  name: `${name}-points-down`,
  comment: `${name} may import only what stands below it`,
  severity: 'error',
  from: { path: floor(name) },
  to: { path: floors.slice(0, level).map(floor).join('|') || '^$' },
}));

const onlyIn = (packages, place, why) => ({
  name: `${packages.join('-')}-only-in-${place.replace(/\W+/g, '-')}`,
  comment: why,
  severity: 'error',
  from: { path: '^src/', pathNot: place },
  to: { path: packages.map((p) => `node_modules/${p}/`).join('|') },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...onlyDown,
    {
      name: 'http1-is-pure',
      comment: 'http1 imports nothing at all: no socket, clock, logger or package',
      severity: 'error',
      from: { path: '^src/http1/' },
      to: { pathNot: '^src/http1/' },
    },
    {
      name: 'sockets-only-in-net-and-admin',
      comment: 'only net/ and the admin port write to, pause or destroy a socket',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(net|admin)/|^src/boot/build-code-cache' },
      to: { path: '^(node:)?(net|http|https|tls|dgram)$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'fs-instead-of-fs-promises',
      comment: 'to load it takes a fifteenth of the time to start',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(node:)?fs/promises$', dependencyTypesNot: ['type-only'] },
    },
    onlyIn(
      ['zod'],
      '^src/(config|inject)/',
      'data from outside is checked where it is read: configuration, and records of inject',
    ),
    onlyIn(['pino', 'pino-pretty'], '^src/log/', 'one logger'),
    onlyIn(['@opentelemetry'], '^src/telemetry/', 'metrics live in telemetry'),
    onlyIn(['undici'], '^src/(telemetry|admin)/', 'the tunnel speaks raw sockets; undici is for push and readiness'),
    onlyIn(['yaml'], '^src/inject/', 'only the manifest filter reads YAML'),
    {
      name: 'src-imports-only-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(bench|build|examples|test)/' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Programs that tests and bench start; their packages come from Debian, or are installed for one run.
    exclude: { path: '^(test/conformance/servers/apps|bench/programs)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
