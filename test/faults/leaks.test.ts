import { expect, jest, test } from '@jest/globals';
import { helloOf } from '../support/client-hellos';
import { closeAfterEach } from '../support/close-after-each';
import { eventually } from '../support/eventually';
import { type SidecarProcess, spawnSidecar } from '../support/sidecar-process';
import { type Wire, dial } from '../support/wire';
import { FAULTS, listenAsFaultyTarget } from '../support/faulty-target';

jest.setTimeout(120_000);

const opened = closeAfterEach();

const EVENTS = 10_000;
/** So many that everything that is made once has been made. */
const WARM_UP_EVENTS = 1_000;
const AT_ONCE = 50;

/** What the garbage collector leaves may differ a little between two looks; a leak of 200 bytes an event may not. */
const HEAP_SLACK_BYTES = 2 * 1024 * 1024;

type Event = (port: number) => Promise<void>;

const head = (path: string, more = ''): Buffer => Buffer.from(`GET /${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`);

const toTheEnd = async (client: Wire): Promise<void> => {
  await client.ended();
  await client.dispose();
};

/** The target fails, and the client reads what is left to it. */
const targetFails =
  (fault: string): Event =>
  async (port) => {
    const client = await dial(port);
    await client.send(head(fault));
    await toTheEnd(client);
  };

/** The target hangs, and the client leaves once what it was sent has arrived. */
const clientLeaves =
  (fault: string, resets: boolean): Event =>
  async (port) => {
    const client = await dial(port);
    await client.send(head(fault));
    const { length } = FAULTS[fault]?.sends ?? '';
    await client.until(() => client.untaken.length >= length, `${length} bytes`);
    if (resets) client.reset();
    await client.dispose();
  };

/** The client leaves in the middle of what it sends. */
const clientStops =
  (bytes: Buffer, resets: boolean): Event =>
  async (port) => {
    const client = await dial(port);
    await client.send(bytes);
    if (resets) client.reset();
    await client.dispose();
  };

/** The client leaves when it has got an answer to its ClientHello, or is refused. */
const clientHandshakes =
  (resets: boolean): Event =>
  async (port) => {
    const client = await dial(port);
    await client.send(helloOf('Node 20'));
    await client.until(() => client.untaken.length > 0 || client.ending !== undefined, 'an answer');
    if (resets) client.reset();
    await client.dispose();
  };

const isHanging = (fault: string): boolean => FAULTS[fault]?.client === 'waiting';

const UNFINISHED = [
  Buffer.from('GET /hangs-before-a-head HTT'),
  Buffer.concat([head('hangs-before-a-head', 'Content-Length: 100\r\n'), Buffer.from('some')]),
  Buffer.concat([head('hangs-in-a-length', 'Transfer-Encoding: chunked\r\n'), Buffer.from('ff\r\nsome')]),
  Buffer.concat([head('hangs-before-a-head'), head('hangs-before-a-head').subarray(0, 10)]),
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'),
  helloOf('Node 20'),
  helloOf('Node 20').subarray(0, 100),
];

const KINDS: readonly Event[] = [
  ...Object.keys(FAULTS)
    .filter((fault) => !isHanging(fault))
    .map(targetFails),
  ...Object.keys(FAULTS)
    .filter(isHanging)
    .flatMap((fault) => [clientLeaves(fault, false), clientLeaves(fault, true)]),
  clientHandshakes(false),
  clientHandshakes(true),
  ...UNFINISHED.flatMap((bytes) => [clientStops(bytes, false), clientStops(bytes, true)]),
  async (port) => {
    const client = await dial(port);
    await client.send(Buffer.from('GET / HTTP/1.1\r\nHost : a\r\n\r\n'));
    await toTheEnd(client);
  },
];

async function happen(port: number, count: number, kinds: readonly Event[]): Promise<void> {
  let left = count;
  const one = async (): Promise<void> => {
    for (let number = --left; number >= 0; number = --left) await kinds[number % kinds.length]?.(port);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

interface Held {
  readonly files: number;
  readonly sockets: number;
  readonly heapBytes: number;
}

async function heldBy(sidecar: SidecarProcess, atMost: { files: number; sockets: number }): Promise<Held> {
  const isBack = (now: { all: number; sockets: number }): boolean =>
    now.all <= atMost.files && now.sockets <= atMost.sockets;
  const { all, sockets } = await eventually(() => sidecar.descriptors(), isBack);
  return { files: all, sockets, heapBytes: await sidecar.heapBytes() };
}

test('after 10,000 faults open files, sockets and heap are back where they were', async () => {
  const target = await listenAsFaultyTarget();
  const { port: targetPort } = target;
  const sidecar = opened(
    await spawnSidecar({
      TARGET_PORT: String(targetPort),
      LOG_LEVEL: 'silent',
      CONNECT_RETRY_WINDOW: '20ms',
    }),
  );
  const atRest = sidecar.descriptors();

  await happen(sidecar.port, WARM_UP_EVENTS, KINDS);
  const before = await heldBy(sidecar, { files: atRest.all, sockets: atRest.sockets });

  await happen(sidecar.port, EVENTS - 1_000, KINDS);
  await eventually(
    () => target.connections,
    (open) => open === 0,
  );
  await target.close();
  await happen(sidecar.port, 1_000, [targetFails('nobody-listens')]);
  const after = await heldBy(sidecar, before);

  opened(await listenAsFaultyTarget(targetPort));
  await targetFails('closes-in-a-length')(sidecar.port);
  expect(after.files).toBeLessThanOrEqual(before.files);
  expect(after.sockets).toBeLessThanOrEqual(before.sockets);
  expect(after.heapBytes).toBeLessThan(before.heapBytes + HEAP_SLACK_BYTES);
});
