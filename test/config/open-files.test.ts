import { expect, test } from '@jest/globals';
import { withinOpenFiles } from '../../src/config/open-files';
import { loadConfig } from '../../src/config/load';
import { type Config } from '../../src/config/schema';

function config(env: Readonly<Record<string, string>> = {}): Config {
  const loaded = loadConfig(env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

test.each([
  [Infinity, {}, 10_000],
  [1_048_576, {}, 10_000],
  [20_256, {}, 10_000],
  [20_254, {}, 9_999],
  [4_096, {}, 1_920],
  [1_024, {}, 384],
  [100, {}, 16],
  [1_024, { MAX_CONNECTIONS: '100' }, 100],
  [1_024, { WORKERS: '4' }, 1_536],
  [20_000, { WORKERS: '2' }, 10_000],
])('with %d open files and %j there are %d connections', (maxOpenFiles, env, expected) => {
  expect(withinOpenFiles(config(env), maxOpenFiles).maxConnections).toBe(expected);
});

test('a configuration that fits is left as it is', () => {
  const fitting = config();
  expect(withinOpenFiles(fitting, 1_048_576)).toBe(fitting);
});
