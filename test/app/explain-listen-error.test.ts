import { expect, test } from '@jest/globals';
import { explainListenError } from '../../src/app/explain-listen-error';

const config = { port: 8080, adminPort: 9901 } as const;

const systemError = (code: string, port?: number): Error =>
  Object.assign(new Error(`listen ${code}`), { code, syscall: 'listen', ...(port === undefined ? {} : { port }) });

test.each([
  ['EADDRINUSE', 8080, 'PORT 8080 is busy'],
  ['EADDRINUSE', 9901, 'ADMIN_PORT 9901 is busy'],
  ['EACCES', 8080, 'ports below 1024'],
  ['EADDRNOTAVAIL', 8080, 'HOST is not an address of this machine'],
  ['EADDRNOTAVAIL', 9901, 'ADMIN_HOST is not an address of this machine'],
  ['ENOTFOUND', undefined, 'HOST is not an address of this machine'],
  ['EMFILE', 8080, 'PORT 8080 cannot be opened: listen EMFILE'],
])('%s on %s is explained: %s', (code, port, sentence) => {
  expect(explainListenError(systemError(code, port), config)).toContain(sentence);
});

test('an error that is not about listening is not explained away', () => {
  expect(explainListenError(new TypeError('undefined is not a function'), config)).toBeUndefined();
  expect(explainListenError('text', config)).toBeUndefined();
});
