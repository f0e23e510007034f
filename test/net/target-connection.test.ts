import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { isShared } from '../../src/net/read-buffer';
import { TargetConnection } from '../../src/net/target-connection';
import { WriteBatcher } from '../../src/net/write-batcher';
import { closeAfterEach } from '../support/close-after-each';
import { eventually } from '../support/eventually';
import { openAccount } from '../support/memory-account';

const opened = closeAfterEach();

const PIECE_BYTES = 1024 * 1024;
const PIECES = 4;

test('The memory of a read is not reused while the client has pending writes, whatever the mode of the tunnel.', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  opened(server);
  await once(server, 'listening');
  const arrival = once(server, 'connection') as Promise<[Socket]>;
  const { port } = server.address() as AddressInfo;
  const client = { isFlushed: false };
  const target: TargetConnection = new TargetConnection({
    context: {
      batcher: new WriteBatcher(),
      settings: { targetHost: '127.0.0.1', targetPort: port, connectRetryWindowMs: 0 },
      now: () => performance.now(),
      onProblem(error) {
        throw error;
      },
    },
    account: openAccount(),
    client,
    target: { isFlushed: true },
    onActive: () => undefined,
    onClientDrained: () => undefined,
    onTargetConnected: () => undefined,
  });
  const kept: { readonly bytes: Buffer; readonly copy: Buffer }[] = [];
  let received = 0;
  target.notify({
    targetBytes(bytes) {
      received += bytes.length;
      if (!isShared(bytes)) kept.push({ bytes, copy: Buffer.from(bytes) });
    },
    targetEnded: () => undefined,
    targetDrained: () => undefined,
    targetFailed: () => undefined,
    targetGone: () => undefined,
  });
  target.open();
  opened({ close: () => target.destroy(false) });
  const [served] = await arrival;
  for (let piece = 0; piece < PIECES; piece++) served.write(Buffer.alloc(PIECE_BYTES, piece + 1));
  await eventually(
    () => received,
    (length) => length === PIECES * PIECE_BYTES,
  );
  expect(kept.length).toBeGreaterThan(0);
  for (const { bytes, copy } of kept) expect(bytes.equals(copy)).toBe(true);
});
