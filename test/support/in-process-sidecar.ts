import { Writable } from 'node:stream';
import { loadConfig } from '../../src/config/load';
import { createLog } from '../../src/log/log';
import { planMemory } from '../../src/memory/memory-plan';
import { observeProcessMemory } from '../../src/memory/process-memory';
import { createSidecar } from '../../src/app/sidecar';

/** The sidecar's own wiring in the process of the test, where turns of the event loop can be counted. */
export interface InProcessSidecar {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts it from the environment that it would be given, on a port of the system's choice. */
export async function startSidecar(env: Readonly<Record<string, string>>): Promise<InProcessSidecar> {
  const loaded = loadConfig({ HOST: '127.0.0.1', ADMIN_PORT: 'off', LOG_LEVEL: 'silent', ...env });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ variable, advice }) => `${variable}: ${advice}`).join('\n'));
  const { config } = loaded;
  const nowhere = new Writable({ write: (_line, _encoding, done) => done() });
  const log = createLog({ level: config.logLevel, format: config.logFormat, stdout: nowhere, stderr: nowhere });
  const memory = planMemory(config, process.constrainedMemory());
  const sidecar = createSidecar({ ...config, port: 0 }, log, {
    version: '0.0.0',
    memory,
    processMemory: observeProcessMemory(memory, () => process.memoryUsage.rss()),
    process,
    hasColours: false,
  });
  const [address = ''] = await sidecar.start();
  return {
    port: Number(address.slice(address.lastIndexOf(':') + 1)),
    async close() {
      await sidecar.drain(0);
      await log.close(0);
    },
  };
}
