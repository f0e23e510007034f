import { spawnSync } from 'node:child_process';
import { openSync, readSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

/** The order of `enum call` in fail-calls.c. */
const CALLS = ['none', 'socket', 'connect', 'accept', 'read', 'write', 'shutdown', 'close'] as const;

/** A system call on a socket that fails once; `short`: a write of a single byte. */
export interface Fault {
  readonly side: 'client' | 'target';
  readonly call: (typeof CALLS)[number];
  readonly error: keyof typeof constants.errno | 'short';
}

const PLAN_BYTES = 24;
const FIRED_OFFSET = 20;

/** Compiles the library that lets system calls fail; undefined where there is no C compiler, or no header of libc. */
export function compileFailingCalls(folder: string): string | undefined {
  const library = join(folder, 'fail-calls.so');
  const flags = ['-shared', '-fPIC', '-O1', '-o', library, join(__dirname, 'fail-calls.c'), '-ldl'];
  const { status, error, stderr } = spawnSync('cc', flags, { encoding: 'utf8' });
  if (error !== undefined || /fatal error: \S+\.h: No such file/.test(stderr)) return undefined;
  if (status !== 0) throw new Error(stderr);
  return library;
}

/** The plan that is shared with the process whose calls fail. */
export class FaultPlan {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'w+');
    this.clear();
  }

  /** From now on, the call with number `when` of this kind fails. */
  arm({ side, call, error }: Fault, when: number): void {
    const errorNumber = error === 'short' ? 0 : constants.errno[error];
    this.#write([CALLS.indexOf(call), side === 'client' ? 1 : 2, errorNumber, when, 0, 0]);
  }

  clear(): void {
    this.#write([0, 0, 0, 0, 0, 0]);
  }

  get hasFired(): boolean {
    const bytes = Buffer.alloc(4);
    readSync(this.#file, bytes, 0, 4, FIRED_OFFSET);
    return bytes.readInt32LE() === 1;
  }

  #write(numbers: readonly number[]): void {
    const bytes = Buffer.alloc(PLAN_BYTES);
    for (const [index, number] of numbers.entries()) bytes.writeInt32LE(number, index * 4);
    writeSync(this.#file, bytes, 0, PLAN_BYTES, 0);
  }
}
