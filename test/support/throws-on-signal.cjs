'use strict';

// Loaded into the process by --require: an error that no code of ours throws, when a test asks for it.
process.on('SIGUSR2', () => {
  throw new Error('planted');
});
