import { expect, test } from '@jest/globals';
import { redact } from '../../src/config/redact';

test.each<[string, unknown, unknown]>([
  ['a number', 8080, 8080],
  ['a word', 'auto', 'auto'],
  ['an address', '::1', '::1'],
  ['nothing', undefined, undefined],
  ['a path', '/pages/404.html', '/pages/404.html'],
  ['a path with a query', '/health?key=secret', '/health?…'],
  ['a path with parameters', '/health;key=secret/b', '/health;…'],
  ['a URL that is an origin', 'http://collector.test:4318', 'http://collector.test:4318'],
  ['a URL that is an origin with a slash', 'http://collector.test/', 'http://collector.test'],
  ['a URL with a path', 'http://collector.test/secret', 'http://collector.test/…'],
  ['a URL with a user', 'http://me:secret@collector.test/', 'http://collector.test/…'],
  ['a URL with @ in its password', 'http://me:secret@more@collector.test', 'http://collector.test/…'],
  ['a URL with / in its password', 'http://me:secret/more@collector.test', 'http://…'],
  ['a URL with ? in its password', 'http://me:secret?more@collector.test', 'http://…'],
  ['a URL with a query', 'http://collector.test?secret', 'http://collector.test/…'],
  ['a URL with a fragment', 'http://collector.test#secret', 'http://collector.test/…'],
  ['a URL without slashes', 'https:me:secret@collector.test', 'https:collector.test/…'],
  ['a URL with backslashes', 'https:\\\\me:secret@collector.test\\secret', 'https:\\\\collector.test/…'],
  ['another kind of URL', 'redis://me:secret@cache.test/0', 'redis://cache.test/…'],
  ['a service link', 'tcp://10.0.0.1:8080', 'tcp://10.0.0.1:8080'],
  ['user and password before a host', 'me:secret@collector.test', '…'],
  ['what only looks like a URL', 'secret://', '…'],
])('%s is shown without what may be secret', (_, value, shown) => {
  expect(redact({ value })).toStrictEqual({ value: shown });
});
