'use strict';

/** Preloaded: while the file named by ENDS_WORKERS is there, a worker ends before it does anything. */
const { existsSync } = require('node:fs');

if (process.argv[2] === 'worker' && existsSync(process.env.ENDS_WORKERS)) process.exit(9);
