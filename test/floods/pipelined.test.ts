import { expect, jest, test } from '@jest/globals';
import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { closeAfterEach } from '../support/close-after-each';
import { listenAsCountingTarget } from '../support/counting-target';
import { eventually } from '../support/eventually';
import { spawnSidecar } from '../support/sidecar-process';

jest.setTimeout(120_000);

const opened = closeAfterEach();

const REQUESTS = 100_000;
const REQUEST = Buffer.from('GET /some/path HTTP/1.1\r\nHost: a\r\n\r\n');
const OK = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
const MISSING = Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\ngone');

const MEBIBYTE = 1024 * 1024;

/** Counts what arrives without keeping it. */
function countBytes(socket: Socket): () => number {
  let bytes = 0;
  socket.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  return () => bytes;
}

const sendAll = (socket: Socket, count: number): void => {
  socket.write(Buffer.alloc(count * REQUEST.length, REQUEST));
};

test.each([
  ['100,000', '64'],
  ['10,000', '1'],
])(
  '%s pipelined requests, of which the service may have %s, are all answered, with bounded memory',
  async (count, atATime) => {
    const requestCount = Number(count.replace(',', ''));
    const target = opened(await listenAsCountingTarget(OK));
    const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(target.port), MAX_PIPELINED: atATime }));
    const before = sidecar.residentBytes();
    const client = connect({ port: sidecar.port, host: '127.0.0.1' });
    await once(client, 'connect');
    const received = countBytes(client);
    sendAll(client, requestCount);
    await eventually(received, (bytes) => bytes >= requestCount * OK.length, 60_000);
    client.destroy();
    const grownBytes = sidecar.peakResidentBytes() - before;
    const { requests } = target;
    expect(received()).toBe(requestCount * OK.length);
    expect(requests).toBe(requestCount);
    expect(grownBytes).toBeLessThan(48 * MEBIBYTE);
  },
);

test('100,000 pipelined requests whose answers nobody reads wait in the kernel, and are answered once they are read', async () => {
  const response = Buffer.concat([
    Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'),
    Buffer.alloc(1_000, 'x'),
  ]);
  const target = opened(await listenAsCountingTarget(response));
  const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(target.port), MAX_PIPELINED: '64' }));
  const before = sidecar.residentBytes();
  const client = connect({ port: sidecar.port, host: '127.0.0.1' });
  await once(client, 'connect');
  client.pause();
  const received = countBytes(client);
  client.pause();
  sendAll(client, REQUESTS);
  let last = -1;
  await eventually(
    () => target.requests,
    (requests) => {
      const isStill = requests === last && requests > 0;
      last = requests;
      return isStill;
    },
  );
  expect(last).toBeLessThan(REQUESTS);
  const grownBytes = sidecar.peakResidentBytes() - before;
  client.resume();
  await eventually(received, (bytes) => bytes >= REQUESTS * response.length, 60_000);
  client.destroy();
  const grownAfterBytes = sidecar.peakResidentBytes() - before;
  expect(received()).toBe(REQUESTS * response.length);
  expect(grownBytes).toBeLessThan(32 * MEBIBYTE);
  expect(grownAfterBytes).toBeLessThan(64 * MEBIBYTE);
});

test('20,000 pipelined requests for what is missing get as many pages, with bounded memory', async () => {
  const count = 20_000;
  const target = opened(await listenAsCountingTarget(MISSING));
  const sidecar = opened(await spawnSidecar({ TARGET_PORT: String(target.port), MAX_PIPELINED: '64' }));
  const before = sidecar.residentBytes();
  const client = connect({ port: sidecar.port, host: '127.0.0.1' });
  await once(client, 'connect');
  let pages = 0;
  let tail = '';
  client.setEncoding('latin1').on('data', (text: string) => {
    const seen = tail + text;
    pages += seen.split('HTTP/1.1 404 ').length - 1;
    tail = seen.slice(-'HTTP/1.1 404'.length);
  });
  sendAll(client, count);
  await eventually(
    () => pages,
    (seen) => seen >= count,
    60_000,
  );
  client.destroy();
  const grownBytes = sidecar.peakResidentBytes() - before;
  expect(pages).toBe(count);
  expect(grownBytes).toBeLessThan(48 * MEBIBYTE);
});
