import { describe, expect, test } from '@jest/globals';
import { type Edit } from '../../src/inject/edits';
import { readStream } from '../../src/inject/manifests';
import { rewrite } from '../../src/inject/rewrite';
import { readSource } from '../../src/inject/source';

const TEXT = 'kind: Service\nspec:\n  port: http\n  other: x\n---\nkind: Secret\n';

/** An edit that means to set the port, and puts any text there. */
const edit = (text: string, to: string | undefined = text): Edit => {
  const start = TEXT.indexOf('http');
  return { start, end: start + 'http'.length, text, path: [0, 'spec', 'port'], to };
};

const rewritten = (...edits: Edit[]): string => rewrite(readStream(readSource(TEXT)), edits).source.text;

describe('An edit', () => {
  test('passes if the output has the intended change and no other', () => {
    expect(rewritten(edit('web'))).toBe(TEXT.replace('http', 'web'));
  });

  test.each([
    ['adds a document', 'web\n  other: x\n---\nkind: ClusterRoleBinding\nspec:', /would make 3 documents of 2/],
    ['ends a document early', 'web\n...', /would make 3 documents of 2/],
    ['adds a key beside the value', 'web\n  more: y', /would also change document 1, spec\.more/],
    ['adds a key to the root', 'web\nmore: y\nz:', /would also change document 1, spec\.other/],
    ['turns text into a number', '8080', /would also change document 1, spec\.port/],
    ['turns text into null', '~', /would also change document 1, spec\.port/],
    ['opens a quote', '"web', /the edited text cannot be read: document 1 is not YAML/],
    ['repeats a key', 'web\n  other: y', /cannot be read: document 1, line 5: the key "other" occurs twice/],
    ['starts a block of text', '|\n   web', /would also change/],
    ['refers to an anchor', '*x', /cannot be read/],
  ])('that %s is a bug of inject', (_what, text, message) => {
    expect(() => rewritten(edit(text, 'web'))).toThrow(expect.objectContaining({ name: 'Fault' }));
    expect(() => rewritten(edit(text, 'web'))).toThrow(message);
  });

  test('that hides what follows on its line in a comment is a bug of inject', () => {
    const flow = '{port: http, other: x}\n';
    const hides = { start: 7, end: 11, text: 'web} #', path: [0, 'port'], to: 'web' };
    expect(() => rewrite(readStream(readSource(flow)), [hides])).toThrow(/would also change document 1, other$/);
  });

  test('that removes the last document is a bug of inject', () => {
    const start = TEXT.indexOf('---');
    const removal = { start, end: TEXT.length, text: '', path: [0, 'x'], to: 1 };
    expect(() => rewritten(removal)).toThrow(/would make 1 documents of 2/);
  });

  test('cannot overlap another one', () => {
    const other = { ...edit('x'), start: edit('x').start + 1, path: [0, 'spec', 'other'] };
    expect(() => rewritten(edit('x'), other)).toThrow(/two edits .* overlap/);
  });
});
