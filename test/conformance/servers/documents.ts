import { chmodSync, mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fixed time, so that Last-Modified and file-based entity tags are the same in every run. */
const MODIFIED = new Date('2024-02-29T12:00:00Z');

const FILES: Readonly<Record<string, Buffer>> = {
  'index.html': Buffer.from('<!doctype html><title>hello</title><h1>hello</h1>'),
  'file.txt': Buffer.from('0123456789abcdef'.repeat(640)),
  'data.json': Buffer.from('{"some":"data"}'),
  'large.bin': Buffer.alloc(1 << 20, 'large file '),
};

/** Makes a scratch folder that servers which give up root may read too. */
export function scratchFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `ambassador-${purpose}-`));
  chmodSync(folder, 0o755);
  return folder;
}

/** Lays the files that static servers serve. */
export function layDocuments(parent: string): string {
  const folder = join(parent, 'documents');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(FILES)) {
    writeFileSync(join(folder, name), content);
    utimesSync(join(folder, name), MODIFIED, MODIFIED);
  }
  utimesSync(folder, MODIFIED, MODIFIED);
  return folder;
}
