import { describe, expect, test } from '@jest/globals';
import { Ambassador } from '../src/ambassador';
import { type AmbassadorOptions, checkOptions } from '../src/ambassador-options';
import { DEFAULT_TUNNEL_SETTINGS } from '../src/tunnel/settings';

describe('options that cannot be meant are refused with a TypeError that names them:', () => {
  test.each<[string, unknown, string]>([
    ['no port', { target: 8087 }, 'port must be a port number from 0 to 65535, not undefined'],
    [
      'a port that is no number',
      { port: 'http', target: 8087 },
      'port must be a port number from 0 to 65535, not "http"',
    ],
    ['an empty one', { port: '', target: 8087 }, 'port must be a port number from 0 to 65535, not ""'],
    ['one that is too high', { port: 65_536, target: 8087 }, 'port must be a port number from 0 to 65535, not 65536'],
    ['half a port', { port: 80.5, target: 8087 }, 'port must be a port number from 0 to 65535, not 80.5'],
    ['one that was not understood', { port: NaN, target: 8087 }, 'port must be a port number from 0 to 65535, not NaN'],
    ['no target', { port: 8080 }, 'target must be a port number from 1 to 65535, not undefined'],
    [
      'a target that nobody can listen on',
      { port: 0, target: 0 },
      'target must be a port number from 1 to 65535, not 0',
    ],
    [
      'an address for a target',
      { port: 0, target: 'a:80' },
      'target must be a port number from 1 to 65535, not "a:80"',
    ],
  ])('%s', (_, options, message) => {
    // The compiler would not let them pass; JavaScript does.
    expect(() => new Ambassador(options as AmbassadorOptions)).toThrow(new TypeError(message));
  });

  const settings = (given: unknown): unknown => ({ port: 0, target: 1, settings: given });

  test.each<[string, unknown, string]>([
    ['no options', undefined, 'options must be an object such as { port: 8080, target: 8087 }, not undefined'],
    ['ports alone', 8080, 'options must be an object such as { port: 8080, target: 8087 }, not 8080'],
    ['a list', [8080, 8087], 'options must be an object such as { port: 8080, target: 8087 }, not an array'],
    [
      'a promise of them',
      Promise.resolve(),
      'options must be an object such as { port: 8080, target: 8087 }, not a promise',
    ],
    [
      'an option that does not exist',
      { port: 0, target: 1, timeout: 5 },
      'options has no property "timeout"; its properties are port, target, host, targetHost, settings, onError',
    ],
    ['a bigint', { port: 1n, target: 1 }, 'port must be a port number from 0 to 65535, not 1n'],
    ['a host that is no text', { port: 0, target: 1, host: 5 }, 'host must be an IP address or a host name, not 5'],
    ['an empty host', { port: 0, target: 1, host: '' }, 'host must be an IP address or a host name, not ""'],
    [
      'the host of the target',
      { port: 0, target: 1, targetHost: null },
      'targetHost must be an IP address or a host name, not null',
    ],
    [
      'onError that is no function',
      { port: 0, target: 1, onError: console },
      'onError must be a function (subscriber, error) => …, not an object',
    ],
    ['settings that are no object', settings('5s'), 'settings must be an object, not "5s"'],
    ['settings: null', settings(null), 'settings must be an object, not null'],
    [
      'a setting in text',
      settings({ idleTimeoutMs: '5000' }),
      'settings.idleTimeoutMs must be a whole number from 0 to 2147483647, not "5000"',
    ],
    [
      'a setting that is not a number',
      settings({ maxConnections: NaN }),
      'settings.maxConnections must be a whole number from 0 to 2147483647, not NaN',
    ],
    [
      'a negative one',
      settings({ headerTimeoutMs: -1 }),
      'settings.headerTimeoutMs must be a whole number from 0 to 2147483647, not -1',
    ],
    [
      'an infinite one',
      settings({ responseTimeoutMs: Infinity }),
      'settings.responseTimeoutMs must be a whole number from 0 to 2147483647, not Infinity',
    ],
    [
      'one that no timer can wait for',
      settings({ idleTimeoutMs: 2 ** 31 }),
      'settings.idleTimeoutMs must be a whole number from 0 to 2147483647, not 2147483648',
    ],
    [
      'a part of a request',
      settings({ maxPipelined: 0.5 }),
      'settings.maxPipelined must be a whole number from 1 to 2147483647, not 0.5',
    ],
    ['a limit in text', settings({ limits: { maxFields: '9' } }), 'settings.limits.maxFields must be a whole number'],
    ['limits that are no object', settings({ limits: 9 }), 'settings.limits must be an object, not 9'],
    [
      'an unknown limit',
      settings({ limits: { maxHead: 9 } }),
      'settings.limits has no property "maxHead"; its properties are maxHeadBytes, maxRequestLineBytes, maxFields',
    ],
  ])('%s', (_, options, message) => {
    const construct = (): Ambassador => new Ambassador(options as AmbassadorOptions);
    expect(construct).toThrow(TypeError);
    expect(construct).toThrow(message);
  });

  test.each([{ idleTimeout: 5 }, { targetPort: 5 }, JSON.parse('{ "__proto__": 5 }')])(
    'a setting that does not exist is told with the names of those that do: %j',
    (given: object) => {
      const [name = ''] = Object.keys(given);
      expect(() => new Ambassador(settings(given) as AmbassadorOptions)).toThrow(
        new TypeError(
          `settings has no property "${name}"; its properties are ${Object.keys(DEFAULT_TUNNEL_SETTINGS)
            .filter((each) => each !== 'targetHost')
            .join(', ')}`,
        ),
      );
    },
  );
});

describe('the options that an ambassador works with', () => {
  const needed = { port: 0, target: 1 };

  test('are the defaults where nothing else is said', () => {
    const settings = { ...DEFAULT_TUNNEL_SETTINGS, targetPort: 1 };
    expect(checkOptions(needed)).toEqual({ port: 0, host: undefined, settings, onError: undefined });
  });

  test('are the defaults where undefined is said', () => {
    const nothing = { host: undefined, targetHost: undefined, onError: undefined };
    const settings = { maxConnections: undefined, limits: { maxFields: undefined } };
    expect(checkOptions({ ...needed, ...nothing, settings })).toEqual(checkOptions(needed));
    expect(checkOptions({ ...needed, settings: undefined })).toEqual(checkOptions(needed));
  });

  test('are those that were given, and single limits beside the defaults of the others', () => {
    const onError = (): void => undefined;
    const settings = { maxConnections: 0, idleTimeoutMs: 2 ** 31 - 1, limits: { maxFields: 5 } };
    const given = { port: '65535', target: '65535', host: '::1', targetHost: 'a', settings, onError };
    expect(checkOptions(given)).toEqual({
      port: 65_535,
      host: '::1',
      onError,
      settings: {
        ...DEFAULT_TUNNEL_SETTINGS,
        ...settings,
        limits: { ...DEFAULT_TUNNEL_SETTINGS.limits, maxFields: 5 },
        targetHost: 'a',
        targetPort: 65_535,
      },
    });
  });

  test('do not change with the object that they came from', () => {
    const given = { ...needed, settings: { limits: { maxFields: 5 } } };
    const checked = checkOptions(given);
    given.settings.limits.maxFields = 6;
    expect(checked.settings.limits.maxFields).toBe(5);
  });
});
