import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from './eventually';
import { freePort } from './free-port';
import { Running } from './running';

/** A service, and before it the real thing with several workers, on loopback. */
export class Fleet {
  readonly process: Running;
  readonly port: number;
  readonly adminPort: number;
  readonly #target: Server;

  private constructor(process: Running, target: Server, port: number, adminPort: number) {
    this.process = process;
    this.#target = target;
    this.port = port;
    this.adminPort = adminPort;
  }

  /** Two workers, unless `env` says otherwise. */
  static async start(
    listener: RequestListener,
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): Promise<Fleet> {
    const target = createServer(listener).listen(0, '127.0.0.1');
    await once(target, 'listening');
    const [port, adminPort] = [await freePort(), await freePort()];
    const process = new Running(args, {
      WORKERS: '2',
      PORT: `${port}`,
      HOST: '127.0.0.1',
      TARGET_PORT: `${(target.address() as AddressInfo).port}`,
      ADMIN_PORT: `${adminPort}`,
      ADMIN_HOST: '127.0.0.1',
      ...env,
    });
    return new Fleet(process, target, port, adminPort);
  }

  async close(): Promise<void> {
    this.process.signal('SIGKILL');
    await this.process.ended;
    this.#target.closeAllConnections();
    this.#target.close();
  }

  /** The workers that run now. */
  get workers(): readonly number[] {
    const { pid = 0 } = this.process.child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  }

  /** Open sockets of a worker. */
  socketsOf(pid: number): number {
    return readdirSync(`/proc/${pid}/fd`).filter((fd) => linkOf(`/proc/${pid}/fd/${fd}`).startsWith('socket:')).length;
  }

  /** On a connection of its own, so that any worker may get it. */
  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const sent = get({ host: '127.0.0.1', port: this.port, path, headers, agent: false });
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return text(response);
  }

  /** As many at the same time. */
  getAll(count: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
    return Promise.all(Array.from({ length: count }, () => this.get(path, headers)));
  }

  async admin(path: string): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.adminPort}${path}`)).text();
  }

  /** The value of one sample; 0 where there is none. */
  async sample(name: string): Promise<number> {
    const line = (await this.admin('/metrics')).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ').at(-1) ?? 0);
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed between the listing and the look
  }
}

/** How many requests have been answered, by any worker. */
export const REQUESTS = 'ambassador_terminations_total{termination="ok"}';

/** Whether a process is there and not just waiting for its exit code to be fetched. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

export const untilGone = (pids: readonly number[]): Promise<boolean> =>
  eventually(() => !pids.some((pid) => isRunning(pid)), Boolean);
