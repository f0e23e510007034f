import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load';
import { formatProblems } from '../../src/config/problem';
import { redact } from '../../src/config/redact';
import { variableTable } from '../../src/config/help';
import { freePort } from '../support/free-port';
import { Running } from '../support/running';

const SECRET = 's3cr3t';

/** Ways in which a credential comes into a variable, by intention or by mistake. */
const CARRIERS = [
  `https://user:${SECRET}@host.test`,
  `https://user:${SECRET}@host.test:99999/`,
  `https://${SECRET}@host.test/path`,
  `https://user:a@${SECRET}@host.test/`,
  `https://user:a/${SECRET}@host.test/`,
  `https://user:a#${SECRET}@host.test/`,
  `https://user:%${SECRET}@host.test/`,
  `https:user:${SECRET}@host.test`,
  `https:\\\\user:${SECRET}@host.test`,
  `//user:${SECRET}@host.test`,
  `user:${SECRET}@host.test:80`,
  `https://host.test/hooks/${SECRET}`,
  `https://host.test/?token=${SECRET}`,
  `https://host.test/#${SECRET}`,
  `grpc://user:${SECRET}@host.test`,
  `redis://:${SECRET}@host.test:6379/0`,
  `path?token=${SECRET}`,
  `path;token=${SECRET}`,
  `/a b?token=${SECRET}`,
];
/** What is a secret as a whole, where a URL is wanted. */
const BARE = [SECRET, `Bearer ${SECRET}`, `host.test/hooks/${SECRET}`, `authorization=Basic ${SECRET}`];
const TAKES_A_URL = ['TELEMETRY_URL', 'MOTHERSHIP', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

const names = variableTable().flatMap(({ rows }) =>
  rows.flatMap(({ variable, also }) => (also === undefined ? [variable] : [variable, also])),
);

describe.each(names)('a credential in %s', (name) => {
  const values = TAKES_A_URL.includes(name) ? [...CARRIERS, ...BARE] : CARRIERS;

  test.each(values)('is not repeated, neither as a problem nor as configuration: %j', (value) => {
    const loaded = loadConfig({ [name]: value });
    const shown = loaded.ok ? JSON.stringify(redact(loaded.config)) : formatProblems(loaded.problems);
    expect(shown).not.toContain(SECRET);
    expect(loaded.ok || JSON.stringify(loaded.problems).includes(SECRET)).toBe(loaded.ok);
  });
});

describe('a process that was given credentials', () => {
  let running: Running | undefined;
  let refuser: Server | undefined;

  afterEach(async () => {
    running?.signal('SIGKILL');
    await running?.ended;
    refuser?.closeAllConnections();
    refuser?.close();
  });

  test('--check repeats none of them', async () => {
    const env = Object.fromEntries(names.map((name, n) => [name, CARRIERS[n % CARRIERS.length] ?? '']));
    running = new Running(['--check'], env);
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(78);
    expect(stderr).toContain('problems');
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test('an argument that should have been a variable is not repeated', async () => {
    running = new Running([`TELEMETRY_URL=https://user:${SECRET}@host.test`], {});
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(64);
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test('logs, probes, /config and failures of push and OTLP repeat none of them, and both receivers get them', async () => {
    const received: string[] = [];
    // It sends everything back that it was sent, as some servers do in their error pages.
    refuser = createServer((request, response) => {
      const all = JSON.stringify([request.url, request.headers]);
      received.push(all);
      response.writeHead(401, `Not for ${SECRET}`, { 'X-Echo': all }).end(all);
    }).listen(0, '127.0.0.1');
    await once(refuser, 'listening');
    const { port } = refuser.address() as AddressInfo;
    const adminPort = await freePort();
    running = new Running([], {
      PORT: `${await freePort()}`,
      TARGET_PORT: `${port}`,
      ADMIN_PORT: `${adminPort}`,
      TELEMETRY_URL: `http://user:${SECRET}@127.0.0.1:${port}/${SECRET}?key=${SECRET}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/${SECRET}`,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${SECRET},broken;${SECRET}`,
      READINESS_TARGET: 'on',
      READINESS_PATH: `/health;${SECRET}?${SECRET}`,
      LOG_LEVEL: 'debug',
    });
    await running.says('stdout', 'dashboard push failed');
    const paths = ['/readyz', '/config', '/metrics'];
    const shown = await Promise.all(
      paths.map(async (path) => (await fetch(`http://127.0.0.1:${adminPort}${path}`)).text()),
    );
    running.signal('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('OTLP export failed');
    expect(shown.join('\n')).toContain(`http://127.0.0.1:${port}/…`);
    expect([...shown, stdout, stderr].join('\n')).not.toContain(SECRET);
    const basic = Buffer.from(`user:${SECRET}`).toString('base64');
    expect(received.some((all) => all.includes(`Basic ${basic}`))).toBe(true);
    expect(received.some((all) => all.includes(`Bearer ${SECRET}`))).toBe(true);
  }, 30_000);
});
