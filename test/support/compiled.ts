import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const DIST = join(__dirname, '../../dist');

/** What a script is given: `load(name)` is a compiled module of ours, `input` what the test gave it. */
const PROLOGUE = `
  const load = (name) => require(${JSON.stringify(DIST)} + '/' + name);
  const input = JSON.parse(process.argv[1]);
  const told = new Promise((resolve) => process.stdin.resume().once('end', resolve));
`;

/**
 * A process that runs compiled modules of ours: for what jest's own module system hides or forbids. The script may await
 * `told`, which resolves when the test has said that it is enough.
 */
export interface Compiled {
  /** Ends `told`; resolves to what the script has printed, once it has ended. */
  readonly finish: () => Promise<string>;
}

export function runCompiled(script: string, input: unknown, env: Readonly<Record<string, string>> = {}): Compiled {
  const program = `${PROLOGUE} (async () => { ${script} })().then(() => process.exit());`;
  const child: ChildProcess = spawn(process.execPath, ['-e', program, JSON.stringify(input)], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const printed = child.stdout === null ? Promise.resolve('') : text(child.stdout);
  return {
    async finish() {
      child.stdin?.end();
      await closed;
      return printed;
    },
  };
}
