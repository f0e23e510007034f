import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

/** The checkout that this script belongs to. */
export const REPOSITORY = join(__dirname, '..');

/** What runs beside the bench as a process of its own, on plain Node: no loader may weigh on what is measured. */
export const PROGRAMS = {
  bareTunnel: require.resolve('./programs/bare-tunnel'),
  httpProxyFront: require.resolve('./programs/http-proxy-front'),
  webSocketEcho: require.resolve('./programs/websocket-echo'),
  webSocketLoad: require.resolve('./programs/websocket-load'),
  fixedRate: require.resolve('./programs/fixed-rate'),
  heldConnections: require.resolve('./programs/held-connections'),
  adminClients: require.resolve('./programs/admin-clients'),
  probe: require.resolve('./programs/probe'),
} as const;

/** Puts the JavaScript of a program into the folder and gives its path. */
export function program(source: string, dir: string): string {
  const { outputText } = transpileModule(readFileSync(source, 'utf8'), {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
  });
  const file = join(dir, basename(source).replace(/ts$/, 'js'));
  writeFileSync(file, outputText);
  return file;
}

/** A file of templates/, its `{{name}}`s filled in, put into the folder; gives its path. */
export function configuration(name: string, dir: string, values: Readonly<Record<string, string | number>>): string {
  const text = template(name).replace(/\{\{([\w-]+)\}\}/g, (_whole, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`${name}: nothing to put in place of {{${key}}}`);
    return String(value);
  });
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

export function template(name: string): string {
  return readFileSync(join(__dirname, 'templates', name), 'utf8');
}

/** The path of a command, looked for as a shell does, and where Debian puts servers. */
export function which(command: string): string | undefined {
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return dirs.map((dir) => join(dir, command)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // the answer to the question, not a failure
  }
}
