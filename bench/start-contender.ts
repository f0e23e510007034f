import { closeSync, mkdirSync, mkdtempSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../test/conformance/servers/launch';
import { processorTime } from './accounting';
import { type Contender } from './contenders';
import { type Setting } from './launch';
import { CONTENDER_CPU } from './load';
import { type LogPipe, openLogPipe } from './log-pipe';
import { end, listening, start } from './processes';
import { type Running } from './environment';
import { type Targets } from './target';
import { type Check, type Workload } from './workloads';

/** Starts the contender for the workload and makes sure that it answers as it must. */
export async function enter(contender: Contender, workload: Workload, targets: Targets, dir: string): Promise<Running> {
  const running = await launch(contender, workload, targets, dir);
  try {
    if (workload.check) await verify(running.port, workload.check);
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function launch(contender: Contender, workload: Workload, targets: Targets, dir: string): Promise<Running> {
  const setting = await newSetting(contender, workload, targets, dir);
  const { argv, env, metricsPath } = contender.launch(setting);
  const log = workload.isLogged ? await openLogPipe(join(setting.dir, 'log')) : undefined;
  const startedAt = performance.now();
  const child = start({
    name: contender.name,
    cpu: CONTENDER_CPU,
    argv,
    env: env ?? {},
    stdio: ['ignore', log?.writeEnd ?? 'ignore'],
  });
  if (log) closeSync(log.writeEnd);
  const stop = async (): Promise<void> => {
    await end(child);
    log?.close();
  };
  try {
    await listening(child, setting.port);
  } catch (error) {
    await stop();
    throw error;
  }
  const startedInMs = performance.now() - startedAt;
  const spent = processorTime(child.pid);
  return {
    ...{ contender, child, port: setting.port, startedInMs, startedWithMs: spent.userMs + spent.systemMs, stop },
    metricsUrl: metricsPath === undefined ? undefined : `http://127.0.0.1:${setting.metricsPort}${metricsPath}`,
    lines: linesOf(log),
  };
}

const linesOf = (log: LogPipe | undefined): (() => number) => log?.lines ?? (() => 0);

async function newSetting(contender: Contender, workload: Workload, targets: Targets, dir: string): Promise<Setting> {
  const own = mkdtempSync(join(dir, `${contender.name}-`));
  mkdirSync(own, { recursive: true });
  return {
    dir: own,
    port: await freePort(),
    metricsPort: await freePort(),
    targetPort: targets[workload.service],
    pages: targets.pages,
    page: targets.page,
    isLogged: workload.isLogged,
  };
}

function verify(port: number, check: Check): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { accept: check.accept ?? '*/*' };
    const request = get({ port, host: '127.0.0.1', path: check.path, headers, agent: false }, (response) => {
      let content = '';
      response.setEncoding('utf8').on('data', (text: string) => (content += text));
      response.once('end', () => {
        if (response.statusCode === check.status && content.includes(check.contains)) resolve();
        else reject(new Error(`answers ${check.path} with ${String(response.statusCode)} ${content.slice(0, 80)}`));
      });
    });
    request.once('error', reject);
  });
}
