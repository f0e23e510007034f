'use strict';

/**
 * Preloaded: the second worker does nothing any more from the moment it is handed the port, not even say that it has it. The
 * first one waits for that, by the file that STALLED names.
 */
const cluster = require('node:cluster');
const { existsSync, writeFileSync } = require('node:fs');

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

process.prependListener('internalMessage', ({ cmd }) => {
  if (cmd !== 'NODE_HANDLE') return;
  if (cluster.worker?.id === 2) {
    writeFileSync(process.env.STALLED, '');
    sleep(Infinity);
  }
  while (!existsSync(process.env.STALLED)) sleep(10);
});
