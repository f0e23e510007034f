import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

/** npm and the compiler take their time on a busy machine. */
jest.setTimeout(60_000);

const ROOT = join(__dirname, '../..');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** What a project that has installed the package can say. */
const CORRECT = `
import {
  Ambassador, type AmbassadorOptions, type Bytes, type Field, type Fields, type HeadLimits, type Listen,
  type ListeningAddress, type OnSubscriberError, type Page, type RequestHeader, type ResponseHeader, type Subscriber,
  type SubscriberExchange, type Subscribers, type TunnelHandle, type TunnelSettings,
} from 'ambassador';

const idleTimeoutMs: TunnelSettings['idleTimeoutMs'] = 1000;
const maxFields: HeadLimits['maxFields'] = 10;
const onError: OnSubscriberError = async (subscriber: string, error: unknown) => [subscriber, error];
const options: AmbassadorOptions = {
  port: '8080', target: 8087, host: '::1', targetHost: 'a', settings: { idleTimeoutMs, limits: { maxFields } }, onError,
};
const page: Page = { status: '404', fields: { 'Set-Cookie': ['a=1', 'b=2'], Server: 'x' }, content: new Uint8Array(2) };
const count: Listen<RequestHeader> = (header: RequestHeader, data?: Bytes) => data?.byteLength ?? header.method;
const field: Field = { name: 'X-A', value: 'b' };
const known: Subscriber = ({ request, response }: SubscriberExchange): void => {
  request.listen(count);
  request.listen(async ({ fields }) => fields.get('host'));
  response.listen(({ status, message, fields }: ResponseHeader, data) => {
    const all: Fields = fields;
    if (status === '404') response.override({ content: message, fields: [...all, field] });
    return data === undefined ? 0 : data[0];
  });
  response.override('HTTP/1.1 404 Not Found\\n\\n');
  response.override(new Uint16Array(2));
  response.override(new DataView(new ArrayBuffer(2)));
  response.override(page);
};
const named: Record<string, Subscriber> = { known };
const subscribers: Subscribers = { known, other({ response }) { response.listen(({ status }) => status.length); } };
export async function start(): Promise<ListeningAddress> {
  const handle: TunnelHandle = await new Ambassador(options).tunnel(subscribers);
  await new Ambassador(options).tunnel(named);
  await new Ambassador({ port: 0, target: 1 }).tunnel({ async inline({ request }) { request.listen(() => 1); } });
  await handle.drain(10);
  return handle.address;
}
`;

/** What the compiler refuses: each line below a comment is wrong in exactly one way. */
const MISTAKES = `
import { Ambassador, type Page, type Subscriber } from 'ambassador';
const ambassador = new Ambassador({ port: 0, target: 1 });
// @ts-expect-error onError is an option of the constructor
void ambassador.tunnel({ onError() {} });
// @ts-expect-error beside other subscribers too
void ambassador.tunnel({ onError(subscriber: string, error: unknown) { return [subscriber, error]; }, mine() {} });
// @ts-expect-error no function
void ambassador.tunnel({ mine: 'page' });
// @ts-expect-error a list has no names
void ambassador.tunnel([() => 1]);
// @ts-expect-error one function has no name
void ambassador.tunnel(() => 1);
// @ts-expect-error the name of a setting
new Ambassador({ port: 0, target: 1, settings: { idleTimeout: 5 } });
// @ts-expect-error the type of a setting
new Ambassador({ port: 0, target: 1, settings: { idleTimeoutMs: '5s' } });
// @ts-expect-error where the tunnel leads is no setting
new Ambassador({ port: 0, target: 1, settings: { targetPort: 5 } });
// @ts-expect-error the name of an option
new Ambassador({ port: 0, target: 1, timeout: 5 });
// @ts-expect-error no target
new Ambassador({ port: 0 });
export const wrong: Subscriber = ({ request, response }) => {
  // @ts-expect-error no listener
  request.listen();
  // @ts-expect-error no function
  response.listen('404');
  // @ts-expect-error no content
  response.override({ status: 404 });
  // @ts-expect-error content that is no text and no view
  response.override({ content: 5 });
  // @ts-expect-error the buffer itself
  response.override({ content: new ArrayBuffer(2) });
  // @ts-expect-error a promise
  response.override(Promise.resolve('HTTP/1.1 404 Not Found'));
  // @ts-expect-error a field's value that is no text
  response.override({ fields: { 'Retry-After': 5 }, content: '' });
  // @ts-expect-error a part that a page does not have
  const page: Page = { body: '', content: '' };
  return page;
};
`;

const WITHOUT_NODE = `
// @ts-expect-error there is no Buffer here, or this project would prove nothing
Buffer.from('');
import { type Bytes } from 'ambassador';
export const bytes: Bytes = new Uint8Array(2);
`;

const WITH_NODE = `
import { Ambassador, type Bytes, type Subscriber } from 'ambassador';
const hex: Subscriber = ({ request, response }) => {
  request.listen((header, data?: Buffer) => data?.toString('hex') ?? header.method);
  response.listen((_header, data) => data?.toString('latin1'));
  response.override({ content: Buffer.from('page') });
  response.override(Buffer.from('HTTP/1.1 404 Not Found'));
};
// @ts-expect-error a Uint8Array lacks the methods of a Buffer
export const bytes: Bytes = new Uint8Array(2);
export const handle = new Ambassador({ port: Number(process.env['PORT']), target: 1 }).tunnel({ hex });
`;

const STRICT = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false, lib: ['es2020'] };

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder = '';
let files: readonly string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ambassador-types-'));
  installPackage();
  const programs = { 'correct.ts': CORRECT, 'mistakes.ts': MISTAKES, 'without-node.ts': WITHOUT_NODE };
  for (const [name, text] of Object.entries({ ...programs, 'with-node.ts': WITH_NODE, 'module.mts': CORRECT })) {
    writeFileSync(join(folder, name), text);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a registry would get and a project would install, without its dependencies: the compiler needs none of them. */
function installPackage(): void {
  const argv = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', argv, { cwd: ROOT, encoding: 'utf8' })) as Packed[];
  if (packed === undefined) throw new Error('npm has packed nothing');
  files = packed.files.map(({ path }) => path);
  const installed = join(folder, 'node_modules/ambassador');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '--strip-components=1', '-C', installed]);
}

/** What the compiler has to say to a project with these files; nothing, if they are as they should be. */
function compile(options: Readonly<Record<string, unknown>>, ...programs: readonly string[]): string {
  const config = join(folder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files: programs }));
  return spawnSync(process.execPath, [TSC, '--project', config, '--pretty', 'false'], { encoding: 'utf8' }).stdout;
}

describe('the types of the package', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['nodenext', { module: 'nodenext', target: 'es2022' }, ['module.mts']],
    ['node16', { module: 'node16', target: 'es2022' }, ['module.mts']],
    ['a bundler', { module: 'preserve', moduleResolution: 'bundler' }, []],
    ['CommonJS', { module: 'commonjs' }, []],
    ['the old resolution', { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }, []],
  ])('compile without those of Node, every library checked, with %s', (_, options, further) => {
    const programs = ['correct.ts', 'mistakes.ts', 'without-node.ts', ...further];
    expect(compile({ ...options, types: [] }, ...programs)).toBe('');
  });

  test('give Buffers to listeners in a project that has the types of Node', () => {
    const typeRoots = [join(ROOT, 'node_modules/@types')];
    const options = { module: 'nodenext', lib: ['es2022'], types: ['node'], typeRoots, skipLibCheck: true };
    expect(compile(options, 'correct.ts', 'mistakes.ts', 'with-node.ts')).toBe('');
  });

  test('are not taken on trust by this test: a wrong program is told', () => {
    writeFileSync(join(folder, 'wrong.ts'), `import { Ambassador } from 'ambassador'; new Ambassador(5);`);
    expect(compile({ module: 'nodenext', types: [] }, 'wrong.ts')).toContain('error TS');
  });
});

test('the package holds what was compiled and what people read, and nothing of the build or the tests', () => {
  const outside = files.filter((file) => !file.startsWith('dist/')).sort();
  expect(outside).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json']);
  expect(files).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'dist/main.js', 'dist/bundle.js']));
  expect(files.filter((file) => !/\.(?:d\.ts|js|cjs)$/.test(file)).sort()).toEqual(
    outside.filter((file) => !file.endsWith('.js')),
  );
});
