import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scripts, startFlags } from '../support/start-flags';

const read = (file: string): string => readFileSync(join(__dirname, '../..', file), 'utf8');

describe('the flags that the sidecar is started with', () => {
  it('are the same in the image, with S2I and by npm start', () => {
    const [, entrypoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(read('Dockerfile')) ?? [];
    expect(JSON.parse(entrypoint)).toEqual(['node', ...startFlags, '/opt/ambassador/dist/main.js']);
    const [, command] = /^NODE_CMD=(.*)$/m.exec(read('.s2i/environment')) ?? [];
    expect(command).toBe(scripts.start);
  });

  it('are known to this Node', () => {
    expect(startFlags).not.toHaveLength(0);
    expect(execFileSync(process.execPath, [...startFlags, '-p', '6 * 7'], { encoding: 'utf8' })).toBe('42\n');
  });
});
