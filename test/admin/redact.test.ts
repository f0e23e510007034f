import { expect, it } from '@jest/globals';
import { redact } from '../../src/admin/redact';

it.each<[string, unknown, unknown]>([
  ['a number', 8080, 8080],
  ['a word', 'auto', 'auto'],
  ['an address', '::1', '::1'],
  ['nothing', undefined, undefined],
  ['a path with a query', '/health?key=secret', '/health?…'],
  ['a URL that is an origin', 'http://collector.test:4318', 'http://collector.test:4318'],
  ['a URL with a path', 'http://collector.test/secret', 'http://collector.test/…'],
  ['a URL with a user', 'http://me:secret@collector.test/', 'http://collector.test/…'],
  ['a URL with a query', 'http://collector.test?secret', 'http://collector.test/…'],
  ['a URL object', new URL('http://collector.test/secret'), 'http://collector.test/…'],
  ['what only looks like a URL', 'secret://', '…'],
])('shows %s without what may be secret', (_, value, shown) => {
  expect(redact({ value })).toStrictEqual({ value: shown });
});
