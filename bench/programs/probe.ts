/**
 * Probes as the kubelet does, each on a connection of its own, and prints how long the answers took in milliseconds.
 * Argument: { port, everyMs, seconds } as JSON.
 */
import { connect } from 'node:net';

interface Setting {
  readonly port: number;
  readonly everyMs: number;
  readonly seconds: number;
}

const REQUEST =
  'GET /livez HTTP/1.1\r\nHost: 10.0.0.1:9901\r\nUser-Agent: kube-probe/1.33\r\nConnection: close\r\n\r\n';
/** The kubelet's own patience. */
const TIMEOUT_MS = 1000;

/** Answers how long it took, or undefined where the answer was none or not 200. */
function probe(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1' });
    const timer = setTimeout(() => socket.destroy(), TIMEOUT_MS);
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      const isAlive = answer.startsWith('HTTP/1.1 200 ') && answer.endsWith('alive\n');
      resolve(isAlive ? performance.now() - startedAt : undefined);
    });
    socket.write(REQUEST);
  });
}

function report(all: readonly (number | undefined)[]): string {
  const answered = all.filter((ms) => ms !== undefined).sort((one, other) => one - other);
  const at = (share: number): number => answered[Math.ceil(answered.length * share) - 1] ?? NaN;
  const rounded = (ms: number): number => Math.round(ms * 10) / 10;
  const failed = all.length - answered.length;
  return JSON.stringify({
    asked: all.length,
    failed,
    p50: rounded(at(0.5)),
    p99: rounded(at(0.99)),
    max: rounded(at(1)),
  });
}

function main({ port, everyMs, seconds }: Setting): void {
  const probes: Promise<number | undefined>[] = [];
  const timer = setInterval(() => {
    probes.push(probe(port));
    if (probes.length * everyMs < seconds * 1000) return;
    clearInterval(timer);
    void Promise.all(probes).then((all) => process.stdout.write(report(all)));
  }, everyMs);
}

main(JSON.parse(process.argv[2] ?? '') as Setting);
