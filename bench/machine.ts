import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { type Options } from './options';
import { REPOSITORY, which } from './paths';

/** Markdown: where and with what the figures were made. */
export function machine(options: Options): string {
  const processors = cpus();
  const lines = [
    `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Linux ${release()}`,
    `load average of the machine before the run: ${(loadavg()[0] ?? NaN).toFixed(1)} (more than about 0.5: others were at work)`,
    `Node ${firstLine(options.node, '--version')} for ours, the bare tunnel and http-proxy${flags(options)}`,
    ...version('haproxy', '-v'),
    ...version('nginx', '-v'),
    ...version('caddy', 'version'),
    ...version('wrk', '-v'),
    `commit ${commit(REPOSITORY)}${options.before === undefined ? '' : `, before: ${commit(options.before)}`}`,
    `${options.rounds} rounds of ${options.seconds} s`,
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

const flags = ({ nodeFlags }: Options): string => (nodeFlags.length === 0 ? '' : ` with ${nodeFlags.join(' ')}`);

const version = (command: string, flag: string): readonly string[] =>
  which(command) === undefined ? [] : [`${command}: ${firstLine(command, flag)}`];

/** Some say their version on standard error, and wrk fails while it does. */
function firstLine(command: string, flag: string): string {
  const text = execFileSync('sh', ['-c', '"$1" "$2" 2>&1 || true', 'sh', command, flag], { encoding: 'utf8' });
  return text.split('\n')[0]?.trim() ?? '';
}

function commit(repository: string): string {
  const script = 'cd "$1" && git describe --always --dirty 2>/dev/null || echo "of no repository"';
  return execFileSync('sh', ['-c', script, 'sh', repository], { encoding: 'utf8' }).trim();
}
