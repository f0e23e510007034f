import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, get, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { type LivePage, createLivePage } from '../../../src/admin/live/live-page';
import { type LiveWelcome } from '../../../src/admin/live/messages';
import { type LiveUpdate } from '../../../src/telemetry/live/messages';
import { type Watching } from '../../../src/telemetry/live/live-feed';
import { type Mounted, mount } from './mounted';

const ABOUT = { name: 'web-1', url: 'http://localhost:8080/', target: '127.0.0.1:8087', startedAtMs: 1 };

const UPDATE: LiveUpdate = {
  points: [],
  lastMinute: { p50: null, p95: null, p99: null },
  totals: { requests: 1, failed: 0, overridden: 0, inFlight: 0 },
  paths: undefined,
  tail: [],
  skipped: 0,
  waiting: [],
};

/** Stands in for the clockwork of `Live`: the test says when a second is over. */
class HandCranked {
  readonly watching = new Set<(update: LiveUpdate) => void>();
  /** How often all there is to see was put together. */
  wholes = 0;

  watch(onUpdate: (update: LiveUpdate) => void): Watching {
    this.watching.add(onUpdate);
    const whole = (): LiveUpdate => {
      this.wholes++;
      return UPDATE;
    };
    return { whole, stop: () => void this.watching.delete(onUpdate) };
  }

  tell(update: LiveUpdate): void {
    for (const onUpdate of this.watching) onUpdate(update);
  }
}

let closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function start(): Promise<{ live: HandCranked; page: LivePage; server: Mounted }> {
  const live = new HandCranked();
  const page = createLivePage({ live, about: ABOUT });
  const server = await mount(page);
  closing.push(() => server.close());
  return { live, page, server };
}

async function view({ url }: Mounted): Promise<IncomingMessage> {
  const request = get(`${url}events`, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  closing.push(() => void request.destroy());
  return response;
}

/** The next event of a stream that has been read up to the end of one. */
async function nextEvent(response: IncomingMessage): Promise<{ event: string; data: unknown }> {
  let text = '';
  while (!text.endsWith('\n\n')) {
    const chunk = response.read() as Buffer | null;
    if (chunk === null) await once(response, 'readable');
    else text += chunk.toString();
  }
  const [, event = '', data = ''] = /event: (\w+)\ndata: ([^\n]*)\n\n$/.exec(text) ?? [];
  return { event, data: JSON.parse(data) };
}

/** A viewer that asks and then reads nothing. */
async function stall({ port }: Mounted): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  closing.push(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  socket.write('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
}

/** The whole answer to a viewer that is refused. */
async function refusalOf(server: Mounted): Promise<{ status: number | undefined; retryAfter: string | undefined }> {
  const response = await view(server);
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, retryAfter: response.headers['retry-after'] };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the events', () => {
  test('begin with all there is, and go on with what is new', async () => {
    const { live, server } = await start();
    const response = await view(server);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const welcome: LiveWelcome = { about: ABOUT, update: JSON.parse(JSON.stringify(UPDATE)) as LiveUpdate };
    expect(await nextEvent(response)).toEqual({ event: 'welcome', data: welcome });
    live.tell({ ...UPDATE, skipped: 7 });
    expect(await nextEvent(response)).toMatchObject({ event: 'update', data: { skipped: 7 } });
  });

  test('are one event each, whatever line ends a stranger put into a target', async () => {
    const { live, server } = await start();
    const response = await view(server);
    await nextEvent(response);
    const path = '/a\n\nevent: welcome\ndata: {}\r\r\u2028';
    const waiting = { method: 'GET', path, ageMs: 1, status: 0, isSwitched: false, bytesIn: 0, bytesOut: 0 };
    live.tell({ ...UPDATE, waiting: [waiting] });
    expect(await nextEvent(response)).toMatchObject({ event: 'update', data: { waiting: [{ path }] } });
  });

  test('are watched for while there is a viewer, and by one watch for all of them', async () => {
    const { live, server } = await start();
    expect(live.watching.size).toBe(0);
    const [one, two] = [await view(server), await view(server)];
    expect(live.watching.size).toBe(1);
    one.destroy();
    await nextEvent(two);
    live.tell(UPDATE);
    await nextEvent(two);
    expect(live.watching.size).toBe(1);
    two.destroy();
    await until(() => {
      live.tell(UPDATE);
      return live.watching.size === 0;
    });
    expect(live.watching.size).toBe(0);
  });

  test('are not begun by HEAD', async () => {
    const { live, server } = await start();
    const request = httpRequest(`${server.url}events`, { method: 'HEAD', agent: false }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect(live.watching.size).toBe(0);
  });

  test('go to 8 viewers, and the next is told to come back', async () => {
    const { live, server } = await start();
    for (let i = 0; i < 8; i++) await nextEvent(await view(server));
    live.tell(UPDATE);
    expect(await refusalOf(server)).toEqual({ status: 503, retryAfter: '5' });
  });

  test('begin with one and the same message for all that come between two updates', async () => {
    const { live, server } = await start();
    for (let i = 0; i < 3; i++) await nextEvent(await view(server));
    expect(live.wholes).toBe(1);
    live.tell(UPDATE);
    await nextEvent(await view(server));
    expect(live.wholes).toBe(2);
  });

  test('are begun 8 times between two updates, however soon a viewer leaves again', async () => {
    const { live, server } = await start();
    for (let i = 0; i < 8; i++) {
      const response = await view(server);
      await nextEvent(response);
      response.destroy();
    }
    await until(() => server.viewers() === 0);
    expect(await refusalOf(server)).toEqual({ status: 503, retryAfter: '1' });
    expect(live.wholes).toBe(1);
    live.tell(UPDATE);
    expect((await view(server)).statusCode).toBe(200);
  });

  test('end when the page is closed, so that the server can', async () => {
    const { page, live, server } = await start();
    const response = await view(server);
    await nextEvent(response);
    page.close();
    response.resume();
    await once(response, 'end');
    expect(live.watching.size).toBe(0);
  });
});

test('a viewer that does not read is dropped, and the others see on', async () => {
  const { live, server } = await start();
  const reading = await view(server);
  await nextEvent(reading);
  await stall(server);
  await until(() => server.viewers() === 2);
  const waiting = { method: 'GET', path: 'x', ageMs: 1, status: 0, isSwitched: false, bytesIn: 0, bytesOut: 0 };
  const large = { ...UPDATE, waiting: [{ ...waiting, path: 'x'.repeat(100_000) }] };
  let told = 0;
  // The kernel takes a few megabytes for the one that does not read, before it leaves them with us.
  for (; told < 400 && server.viewers() === 2; told++) {
    live.tell(large);
    expect(await nextEvent(reading)).toMatchObject({ event: 'update' });
  }
  expect(told).toBeLessThan(400);
});

test('a viewer that has bytes unread at ten updates in a row is dropped, however few they are', () => {
  const live = new HandCranked();
  const page = createLivePage({ live, about: ABOUT });
  const reply = page.events();
  let dropped = 0;
  let unreadBytes = 0;
  const viewer = { write: () => undefined, end: () => undefined, drop: () => dropped++, onClose: () => undefined };
  if (reply.kind === 'stream') {
    reply.begin({
      ...viewer,
      get unreadBytes() {
        return unreadBytes;
      },
    });
  }
  unreadBytes = 100;
  for (let i = 0; i < 9; i++) live.tell(UPDATE);
  unreadBytes = 0;
  live.tell(UPDATE);
  unreadBytes = 100;
  for (let i = 0; i < 10; i++) live.tell(UPDATE);
  expect(dropped).toBe(0);
  live.tell(UPDATE);
  expect(dropped).toBe(1);
  page.close();
});
