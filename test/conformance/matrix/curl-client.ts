import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { versionFrom } from '../servers/launch';
import { type Check } from './check';
import { CLIENT_LIMIT_MS, type Client } from './client';
import { runCommand } from './command';
import { seenText, type Seen } from './observation';

function argumentsFor(check: Check, folder: string, port: number): readonly string[] {
  const fields = Object.entries(check.fields).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const method = check.method === 'HEAD' ? ['--head'] : ['-X', check.method];
  const body = check.body.is === 'none' ? [] : ['--data-binary', check.body.text];
  const chunked = check.body.is === 'chunked' ? ['-H', 'Transfer-Encoding: chunked'] : [];
  const limit = ['-s', '-S', '--max-time', String(CLIENT_LIMIT_MS / 1000)];
  const targets = Array.from({ length: check.times }, (_, index) => [
    '-o',
    join(folder, `content-${index}`),
    `http://127.0.0.1:${port}${check.path}`,
  ]);
  return [...limit, ...method, ...fields, ...body, ...chunked, '-D', join(folder, 'heads'), ...targets.flat()];
}

/** Heads of several responses follow each other; interim ones are left out. */
function finalHeads(text: string): readonly string[] {
  return text.split(/\r?\n\r?\n/).filter((head) => /^HTTP\/1\.\d [2-5]/.test(head));
}

async function run(check: Check, port: number): Promise<readonly Seen[]> {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-curl-'));
  try {
    await runCommand('curl', argumentsFor(check, folder, port));
    return finalHeads(readFileSync(join(folder, 'heads'), 'latin1')).map((head, index) =>
      seenText(head, check.method === 'HEAD' ? Buffer.alloc(0) : contentOf(join(folder, `content-${index}`))),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0); // curl makes no file for a response without content
  }
}

export const curlClient: Client = {
  name: 'curl',
  version: () => versionFrom('curl', '--version'),
  can: () => true,
  run,
  stop: () => Promise.resolve(),
};
