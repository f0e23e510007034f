import { Agent, request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { Client as UndiciConnection } from 'undici';

import { type Check } from './check';
import { CLIENT_LIMIT_MS, type Client } from './client';
import { seen, type FieldLine, type Seen } from './observation';

async function runHttp(check: Check, port: number): Promise<readonly Seen[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const answers: Seen[] = [];
  try {
    for (let time = 0; time < check.times; time++) answers.push(await askHttp(check, port, agent));
    return answers;
  } finally {
    agent.destroy();
  }
}

async function askHttp(check: Check, port: number, agent: Agent): Promise<Seen> {
  const { method, path } = check;
  const sized = check.body.is === 'sized' ? { 'Content-Length': String(check.body.text.length) } : {};
  const headers = { ...check.fields, ...sized };
  const signal = AbortSignal.timeout(CLIENT_LIMIT_MS);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const message = request({ host: '127.0.0.1', port, method, path, headers, agent, signal }, resolve).on(
      'error',
      reject,
    );
    const parts = check.body.is === 'none' ? [] : pieces(check.body.text);
    const send = (): void => {
      for (const part of parts) message.write(part);
      message.end();
    };
    if ('Expect' in check.fields) message.on('continue', send).flushHeaders();
    else send();
  });
  const content = await buffer(response);
  return seen(response.statusCode ?? 0, response.statusMessage ?? '', pairs(response.rawHeaders), content);
}

const pairs = (raw: readonly string[]): readonly FieldLine[] =>
  raw.flatMap((name, index): FieldLine[] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));

async function runUndici(check: Check, port: number): Promise<readonly Seen[]> {
  const connection = new UndiciConnection(`http://127.0.0.1:${port}`, { headersTimeout: CLIENT_LIMIT_MS });
  const answers: Seen[] = [];
  try {
    for (let time = 0; time < check.times; time++) answers.push(await askUndici(check, connection));
    return answers;
  } finally {
    await connection.destroy();
  }
}

async function askUndici(check: Check, connection: UndiciConnection): Promise<Seen> {
  const { body } = check;
  const content = body.is === 'none' ? null : body.is === 'sized' ? body.text : Readable.from(pieces(body.text));
  const { path, fields } = check;
  const method = check.method as 'GET';
  const response = await connection.request({ path, method, headers: { ...fields }, body: content });
  const names = Object.entries(response.headers).map(([name, value]): FieldLine => [name, String(value)]);
  return seen(response.statusCode, '', names, Buffer.from(await response.body.arrayBuffer()));
}

const pieces = (text: string): readonly Buffer[] => [Buffer.from(text.slice(0, 7)), Buffer.from(text.slice(7))];

export const nodeClients: readonly Client[] = [
  {
    name: 'node http',
    version: () => process.versions.node,
    can: () => true,
    run: runHttp,
    stop: () => Promise.resolve(),
  },
  {
    name: 'undici',
    version: () => process.versions['undici'],
    can: (check) => !('Expect' in check.fields),
    run: runUndici,
    stop: () => Promise.resolve(),
  },
];
