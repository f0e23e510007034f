import { expect } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkHello } from '../../src/http1/check-hello';
import { helloOf } from './client-hellos';
import { octets } from './expect-reading';
import { readAnswer } from './answer';
import { eventually } from './eventually';
import { type Wire } from './wire';
import { type Listening } from './listening';

export const PREFACE = octets('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const SERVER_SETTINGS = octets('\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64');
export const HELLO = helloOf('Node 20');
export const SERVER_HELLO = octets('\x16\x03\x03\0\x08\x02\0\0\x04\x03\x03ab');
export const ALERT = octets('\x15\x03\x03\0\x02\x02\x28');
export const BAD_REQUEST = octets('HTTP/1.1 400 Bad Request\r\nContent-Length: 6\r\n\r\nsecret');
/** Long enough for all that was sent to be read and relayed: client, tunnel and target share this event loop. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await nextTurn();
}

/** The target answers the ambassador's own ClientHello. */
export async function passCheck(
  { target }: Listening,
  serverName = 'service.example',
  answer: Buffer = SERVER_HELLO,
): Promise<void> {
  const check = await target.next();
  await check.take(checkHello(serverName));
  await check.send(answer);
  await expect(check.ended()).resolves.toBe('closed');
  check.close();
}

/** A client whose preface has reached the target; `more` is what it has sent behind it. */
export async function begin(
  listening: Listening,
  protocol: 'h2' | 'tls',
  more: Buffer = Buffer.alloc(0),
): Promise<{ readonly client: Wire; readonly served: Wire }> {
  const preface = protocol === 'h2' ? PREFACE : HELLO;
  const client = await listening.dial();
  await client.send(Buffer.concat([preface, more]));
  if (protocol === 'tls') await passCheck(listening);
  const served = await listening.target.next();
  await served.take(preface);
  return { client, served };
}

export async function expectRecord(listening: Listening, record: object, nth = 0): Promise<void> {
  await eventually(
    () => listening.ended.length,
    (length) => length > nth,
  );
  expect(listening.ended[nth]).toMatchObject(record);
}

/** The response that clients of another protocol get, and the end of the connection. */
export async function expectRefusal(client: Wire): Promise<void> {
  await expect(client.ended()).resolves.toBe('closed');
  const answer = readAnswer(client.untaken, 'GET');
  expect(answer?.status).toBe(400);
  expect(answer?.length).toBe(client.untaken.length);
  expect(answer?.content.toString()).toContain('neither TLS nor HTTP/2');
}
