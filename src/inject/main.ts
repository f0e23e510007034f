import { decode } from './decode';
import { injectInto } from './inject';
import { readStream } from './manifests';
import { HELP, readOptions } from './options';
import { Fault, messageOf, Problem } from './problem';
import { removeFrom } from './remove';

/** The output of the process and its exit code. */
export interface InjectResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Exit codes as in sysexits.h. */
const EXIT = { ok: 0, usage: 64, data: 65, software: 70 } as const;

/**
 * Runs `ambassador inject`: returns the manifests of `stdin` with the ambassador, or without it (`--remove`). Pure: the
 * same arguments and bytes give the same result. All bytes outside the changes stay the same.
 */
export function runInject(argv: readonly string[], stdin: Uint8Array): InjectResult {
  let wrong: number = EXIT.usage;
  try {
    const command = readOptions(argv);
    wrong = EXIT.data;
    if (command.run === 'help') return { exitCode: EXIT.ok, stdout: HELP, stderr: '' };
    const { mark, source } = decode(stdin);
    // A repeated injection starts from the original manifests. It can therefore change every option, and never adds a
    // second sidecar.
    const removed = removeFrom(readStream(source));
    const { stream, notes } = command.run === 'remove' ? removed : injectInto(removed.stream, command.options);
    return { exitCode: EXIT.ok, stdout: mark + stream.source.text, stderr: notes.map(printLine).join('') };
  } catch (error) {
    if (error instanceof Problem) return refuse(wrong, error.message);
    const defect = error instanceof Fault ? error.message : `an unexpected error: ${messageOf(error)}`;
    return refuse(EXIT.software, `${defect}. This is a bug in inject; nothing was written. Please report it`);
  }
}

const refuse = (exitCode: number, says: string): InjectResult => ({
  exitCode,
  stdout: '',
  stderr: printLine(`ambassador inject: ${says}`),
});

const MAX_LINE = 2000;

/**
 * Formats one line for a terminal. Names come from the input, and a control character in a name could write anything to
 * the terminal.
 */
function printLine(text: string): string {
  const half = MAX_LINE / 2;
  const cut = text.length > MAX_LINE ? `${text.slice(0, half)} ... ${text.slice(-half)}` : text;
  return `${cut.replaceAll(/[^ -~]/gu, escaped)}\n`;
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
