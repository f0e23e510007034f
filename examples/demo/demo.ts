/*
 * A sample service, and the ambassador in front of it as a process of its own. PORT and TARGET_PORT say where.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createService } from './service';

const PORT = process.env['PORT'] ?? '8080';
const TARGET_PORT = process.env['TARGET_PORT'] ?? '8087';
const HERE = `http://localhost:${PORT}`;

const GUIDE = `
  The service alone:        http://localhost:${TARGET_PORT}/
  Through the ambassador:   ${HERE}/

  Open ${HERE}/no/such/page in a browser, and try:

    curl -i -H 'Accept: text/html' ${HERE}/no/such/page     the page in place of the service's, its cookie kept
    curl -i ${HERE}/api/items/99                            the API's own 404: a program asked
    curl -N ${HERE}/events                                  events, as they come
    curl -i ${HERE}/slow                                    then press Ctrl-C here: it is finished first

  Below is the log, one line an exchange. Ctrl-C stops both; a second one stops them at once.

`;

async function listen(service: Server): Promise<void> {
  service.listen(Number(TARGET_PORT), '127.0.0.1');
  try {
    await once(service, 'listening');
  } catch (error) {
    console.error(`The sample service cannot listen on ${TARGET_PORT}: ${String(error)}`);
    console.error('Choose another port: TARGET_PORT=9087 scripts/demo');
    process.exit(1);
  }
}

function startAmbassador(): ChildProcess {
  return spawn(process.execPath, [join(__dirname, '../../dist/main.js')], {
    env: { LOG_FORMAT: 'pretty', ...process.env, PORT, TARGET_PORT },
    stdio: ['ignore', 'inherit', 'inherit'],
    // In a process group of its own, Ctrl-C reaches it once, through us, and not a second time from the terminal.
    detached: true,
  });
}

async function isListening(): Promise<boolean> {
  const socket = connect(Number(PORT), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // not yet: it is asked again
  } finally {
    socket.destroy();
  }
}

async function main(): Promise<void> {
  const service = createService();
  await listen(service);
  const ambassador = startAmbassador();
  const ended = once(ambassador, 'exit') as Promise<[number | null]>;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ambassador.kill('SIGTERM'));
  while (ambassador.exitCode === null && !(await isListening())) await setTimeout(50);
  if (ambassador.exitCode === null) console.log(GUIDE);
  const [code] = await ended;
  if (code === 1) console.error('Other ports can be chosen: PORT=9080 ADMIN_PORT=9902 scripts/demo');
  service.close();
  service.closeAllConnections();
  process.exitCode = code ?? 1;
}

void main();
