import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { LOAD_CPU } from './load';
import { run } from './processes';

/** A named pipe that is read as fast as it is written, as a container's log is. */
export interface LogPipe {
  /** For the writer's standard output; to be closed here once the writer has it. */
  readonly writeEnd: number;
  readonly lines: () => number;
  readonly close: () => void;
}

const LINE_FEED = 10;

/** A pipe by name, because a pipe that Node makes is a socket, and nginx cannot open its standard output then. */
export async function openLogPipe(file: string): Promise<LogPipe> {
  await run({ name: 'mkfifo', cpu: LOAD_CPU, argv: ['mkfifo', file] });
  const reader = new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
  const writeEnd = openSync(file, constants.O_WRONLY);
  let lines = 0;
  reader.on('data', (bytes) => {
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
  });
  return { writeEnd, lines: () => lines, close: () => reader.destroy() };
}
