import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';

const REASON = 'the repository has moved to the archive';

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

const folder = mkdtempSync(join(tmpdir(), 'ambassador-programs-'));
let service: Server;
let sidecar: SidecarProcess;

beforeAll(async () => {
  service = createServer((_request, response) => {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${REASON}\n`);
  });
  writeFileSync(join(folder, 'go.mod'), 'module a\n\ngo 1.19\n\nrequire example.com/b v1.0.0\n');
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  sidecar = await spawnSidecar({ TARGET_PORT: String((service.address() as AddressInfo).port) });
});
afterAll(async () => {
  await sidecar.close();
  service.closeAllConnections();
  service.close();
  rmSync(folder, { recursive: true });
});

interface Program {
  readonly path: string;
  readonly name: string;
  readonly args: (origin: string) => readonly string[];
  readonly env?: (origin: string) => Readonly<Record<string, string>>;
  /** What it prints of the response. */
  readonly prints: string;
}

const PROGRAMS: readonly Program[] = [
  {
    path: '/usr/bin/git',
    name: 'git ls-remote',
    args: (origin) => ['ls-remote', `${origin}/a.git`],
    env: () => ({ GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' }),
    prints: `remote: ${REASON}\n`,
  },
  {
    path: '/usr/bin/go',
    name: 'go mod download',
    args: () => ['mod', 'download'],
    env: (origin) => ({ GOFLAGS: '-mod=mod', GONOSUMDB: '*', GOPROXY: origin }),
    prints: `server response: ${REASON}\n`,
  },
  {
    path: '/usr/bin/curl',
    name: 'curl',
    args: (origin) => ['--silent', '--fail-with-body', origin],
    prints: `${REASON}\n`,
  },
  {
    path: process.execPath,
    name: 'fetch of Node',
    args: (origin) => [
      '-e',
      `fetch('${origin}').then((it) => it.text()).then(console.log).then(() => process.exit(1))`,
    ],
    prints: `${REASON}\n`,
  },
];

/** All output of a program that is expected to fail, as each of these does after a 404. */
async function outputOf({ path, args, env }: Program, origin: string): Promise<string> {
  const options = { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...env?.(origin) } };
  try {
    await promisify(execFile)(path, args(origin), options);
  } catch (failure) {
    const { stdout, stderr } = failure as Output;
    return `${stdout}${stderr}`;
  }
  throw new Error(`${path} succeeded`);
}

const installed = PROGRAMS.filter(({ path }) => existsSync(path));

test.each(installed.map((program) => [program.name, program] as const))(
  '%s prints what a service says in plain text of a 404',
  async (_, program) => {
    expect(await outputOf(program, `http://127.0.0.1:${sidecar.port}`)).toContain(program.prints);
  },
);
