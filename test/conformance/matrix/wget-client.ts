import { versionFrom } from '../servers/launch';
import { type Check } from './check';
import { CLIENT_LIMIT_MS, type Client } from './client';
import { runCommand } from './command';
import { seenText, type Seen } from './observation';

/** wget's exit code when the server answered with an error status. */
const SERVER_ERROR = 8;

async function run(check: Check, port: number): Promise<readonly Seen[]> {
  const fields = Object.entries(check.fields).map(([name, value]) => `--header=${name}: ${value}`);
  const body = check.body.is === 'none' ? [] : [`--body-data=${check.body.text}`];
  const patience = ['--tries=1', `--timeout=${CLIENT_LIMIT_MS / 1000}`, '--max-redirect=0', '--no-netrc', '--no-proxy'];
  const output = ['-q', '-O', '-', '--save-headers', '--content-on-error'];
  const target = `http://127.0.0.1:${port}${check.path}`;
  const args = [...patience, ...output, `--method=${check.method}`, ...fields, ...body, target];
  const bytes = await runCommand('wget', args, (code) => code === SERVER_ERROR);
  const edge = bytes.indexOf('\r\n\r\n');
  const [end, gap] = edge < 0 ? [bytes.length, 0] : [edge, 4];
  return [seenText(bytes.toString('latin1', 0, end), bytes.subarray(end + gap))];
}

export const wgetClient: Client = {
  name: 'wget',
  version: () => versionFrom('wget', '--version'),
  can: (check) =>
    check.times === 1 && check.body.is !== 'chunked' && check.method !== 'HEAD' && !('Expect' in check.fields),
  run,
  stop: () => Promise.resolve(),
};
