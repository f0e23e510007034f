import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { listOf, textOf, type Tree, valueAt } from '../../src/inject/tree';
import { manifestText } from '../support/manifests';
import { containerOf, objects, podSpecOf, removed, run, variableOf } from '../support/run-inject';

/** The options that may be drawn; a text that one of them cannot serve is refused, which must not happen often. */
const OPTIONS = [
  [],
  ['--native'],
  ['--page', 'page'],
  ['--target-port', '8080'],
  ['--target-port', '3000', '--native', '--page', 'p/404.html'],
];
const options = fc.constantFrom(...OPTIONS);

const RUNS = { numRuns: 100 };

/** Runs the property on texts that inject serves, and checks that it serves enough of them. */
function overServed(check: (text: string, output: string, argv: readonly string[]) => void): void {
  let served = 0;
  fc.assert(
    fc.property(manifestText, options, (text, argv) => {
      const { exitCode, stdout, stderr } = run(argv, text);
      if (exitCode !== 0) {
        expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: '' });
        expect(stderr).toMatch(/^ambassador inject: .+\n$/);
        return;
      }
      served += 1;
      check(text, stdout, argv);
    }),
    RUNS,
  );
  expect(served).toBeGreaterThan(RUNS.numRuns / 4);
}

describe('any manifests, any options', () => {
  test('--remove gives back every byte that went in', () => {
    overServed((text, output) => expect(removed(output)).toBe(text));
  });

  test('injecting twice is injecting once', () => {
    overServed((_text, output, argv) => expect(run(argv, output).stdout).toBe(output));
  });

  test('injecting again with other options is injecting with those options from the start', () => {
    overServed((text, output) => {
      const again = ['--name', 'other', '--port', '9000', '--target-port', '8443', '--admin-port', 'off'];
      expect(run(again, output)).toEqual(run(again, text));
    });
  });

  test('what a server printed anew, keys sorted and comments gone, can be undone too', () => {
    overServed((text, output) => {
      const list = { kind: 'List', items: objects(output) };
      const expected = withoutNull(objects(text));
      expect(withoutNull(objects(removed(stringify(list, { sortMapEntries: true, indentSeq: false }))))).toEqual(
        expected,
      );
      expect(withoutNull(objects(removed(JSON.stringify(list, null, 4))))).toEqual(expected);
    });
  });

  test('every workload gets one sidecar, and nothing else is added', () => {
    overServed((text, output) => {
      const before = objects(text);
      objects(output).forEach((object, index) => {
        const names = containerNames(object);
        const isWorkload = listOf(podSpecOf(object), 'containers').length > 0;
        expect(names.filter((name) => name !== 'decorator')).toEqual(containerNames(before[index]));
        expect(names.filter((name) => name === 'decorator')).toHaveLength(isWorkload ? 1 : 0);
      });
    });
  });

  test('a Service that led to the port of the service leads to the sidecar, and the sidecar to that port', () => {
    overServed((text, output) => {
      const [before, after] = [reachedBy(text), reachedBy(output)];
      before.forEach((was, index) => {
        const now = after[index];
        const targets = was.targets.map(({ number }) => number);
        const isReached = now?.targets.some(({ container }) => container === 'decorator') === true;
        if (!isReached || targets.length === 0) return;
        expect(targets.map(String)).toEqual(
          now.targets.map(({ object }) => variableOf(containerOf(object, 'decorator'), 'TARGET_PORT')),
        );
      });
    });
  });
});

const containerNames = (object: Tree): readonly (string | undefined)[] =>
  ['initContainers', 'containers'].flatMap((list) =>
    listOf(podSpecOf(object), list).map((item) => textOf(item, 'name')),
  );

/** A server drops what is null or empty. */
const isNothing = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

const withoutNull = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (isNothing(inner) ? undefined : inner)));

interface Reached {
  readonly object: Tree;
  readonly container: string | undefined;
  readonly number: number;
}

/** What each Service leads to, as Kubernetes finds it: a name among the pod's ports, or a number. */
function reachedBy(text: string): readonly { readonly targets: readonly Reached[] }[] {
  const all = objects(text);
  return all
    .filter((object) => textOf(object, 'kind') === 'Service' && valueAt(object, 'spec', 'selector') !== undefined)
    .map((service) => {
      const app = textOf(service, 'spec', 'selector', 'app');
      const target = valueAt(service, 'spec', 'ports', 0, 'targetPort') ?? valueAt(service, 'spec', 'ports', 0, 'port');
      const pods = all.filter((object) => textOf(object, 'metadata', 'labels', 'app') === app);
      return { targets: pods.flatMap((object) => portReached(object, target)) };
    });
}

function portReached(object: Tree, target: Tree): readonly Reached[] {
  const ports = ['containers', 'initContainers'].flatMap((list) =>
    listOf(podSpecOf(object), list).flatMap((container) =>
      listOf(container, 'ports')
        .filter((port) => textOf(port, 'protocol') !== 'UDP')
        .map((port) => ({ container: textOf(container, 'name'), port })),
    ),
  );
  const found = ports.find(
    ({ port }) => target === valueAt(port, typeof target === 'number' ? 'containerPort' : 'name'),
  );
  const number = valueAt(found?.port, 'containerPort');
  return found && typeof number === 'number' ? [{ object, container: found.container, number }] : [];
}
