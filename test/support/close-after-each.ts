import { afterEach } from '@jest/globals';

/** Something that a test opened. */
export interface Closable {
  close(): unknown;
}

/**
 * Answers a function that remembers what it is given, and gives it back: it is closed after the test, last opened first,
 * also where the test failed half-way.
 */
export function closeAfterEach(): <T extends Closable>(opened: T) => T {
  const open: Closable[] = [];
  afterEach(async () => {
    for (let last = open.pop(); last !== undefined; last = open.pop()) await last.close();
  });
  return (opened) => {
    open.push(opened);
    return opened;
  };
}
