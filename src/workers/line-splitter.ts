import { type Readable } from 'node:stream';

/**
 * Hands on what a worker writes in whole lines, without the last one's end.
 *
 * Workers could write to the one standard output themselves, but a pipe keeps only 4096 bytes (PIPE_BUF) together: longer lines
 * would be torn apart by those of another worker, and a client decides how long a line is. So one process writes for all, which
 * costs some 2 % of an exchange. Text is shorter-lived than bytes here: to keep them as buffers doubles that, by collecting them.
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
    // A worker that was killed in the middle of a line.
    if (rest !== '') onLines(rest);
  });
  stream.on('error', () => undefined);
}
