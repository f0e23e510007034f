import { type Readable } from 'node:stream';

/**
 * Passes on the output of a worker in whole lines, without the end of the last one.
 *
 * Workers could write to the shared standard output themselves. However, a pipe keeps only 4096 bytes (PIPE_BUF)
 * together: lines of another worker would split longer ones, and a client controls the length of a line. Therefore one
 * process writes the lines of all workers, which costs about 2 % of an exchange. The unfinished line is kept as a
 * string: strings are shorter-lived than buffers here, and buffers would double that cost by garbage collection.
 */
export function wholeLines(stream: Readable, onLines: (lines: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const end = text.lastIndexOf('\n');
    if (end === -1) {
      rest += text;
      return;
    }
    onLines(rest + text.slice(0, end));
    rest = text.slice(end + 1);
  });
  stream.on('end', () => {
    // The worker was killed in the middle of a line.
    if (rest !== '') onLines(rest);
  });
  stream.on('error', () => undefined);
}
