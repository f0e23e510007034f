import { expect } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { type InjectResult, runInject } from '../../src/inject/main';
import { listOf, textOf, type Tree, valueAt } from '../../src/inject/tree';

/** Runs inject on a text. */
export const run = (argv: readonly string[], text: string): InjectResult => runInject(argv, Buffer.from(text));

/** The manifests with the sidecar; fails the test where inject refuses. */
export function injected(text: string, ...argv: string[]): string {
  const { exitCode, stdout, stderr } = run(argv, text);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr });
  return stdout;
}

/** The manifests without the sidecar. */
export const removed = (text: string): string => injected(text, '--remove');

/** What is on stderr where inject refuses, which it has to do with nothing on stdout. */
export function refusal(text: string, ...argv: string[]): string {
  const { exitCode, stdout, stderr } = run(argv, text);
  expect({ stdout, failed: exitCode !== 0 }).toEqual({ stdout: '', failed: true });
  return stderr;
}

/** Every object of a stream as plain data, the items of Lists one by one. */
export const objects = (text: string): readonly Tree[] =>
  [...parseAllDocuments(text, { merge: true })].flatMap((document) => {
    const value = document.toJS() as Tree;
    const items = valueAt(value, 'items');
    return Array.isArray(items) ? (items as readonly Tree[]) : value === null ? [] : [value];
  });

/** The pod spec of a workload. */
export const podSpecOf = (object: Tree): Tree =>
  valueAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec') ??
  valueAt(object, 'spec', 'template', 'spec') ??
  valueAt(object, 'spec');

/** The pod's container of this name, a native sidecar too. */
export const containerOf = (object: Tree, name: string): Tree =>
  ['initContainers', 'containers']
    .flatMap((list) => listOf(podSpecOf(object), list))
    .find((container) => textOf(container, 'name') === name);

/** The value of a container's variable. */
export const variableOf = (container: Tree, name: string): string | undefined =>
  textOf(
    listOf(container, 'env').find((variable) => textOf(variable, 'name') === name),
    'value',
  );
