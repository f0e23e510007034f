import { createServer } from 'node:net';
import { once } from 'node:events';

/** Below the ports that Linux gives out by itself (32768 up), so that nobody is given it before it is used. */
const FIRST = 10_000;
const LAST = 30_000;

let next = FIRST + (process.pid % 1000) * 20;

/** A port that nothing listens on, for a process that has to be told its port. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = next >= LAST ? FIRST : next + 1;
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, () => resolve(true));
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
