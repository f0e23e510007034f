import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { Ambassador, type TunnelHandle } from '../src/ambassador';
import { type AmbassadorOptions } from '../src/ambassador-options';
import { type Subscriber, type Subscribers } from '../src/middleware/subscriber';
import { readAnswer, valuesOf } from './support/answer';
import { closeAfterEach } from './support/close-after-each';
import { type ScriptedTarget, listenAsTarget } from './support/scripted-target';
import { type Wire, dial } from './support/wire';

const opened = closeAfterEach();

const GET = 'GET /there HTTP/1.1\r\nHost: a\r\n\r\n';
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nSet-Cookie: a=1\r\nContent-Length: 4\r\n\r\ngone';

/** What went wrong, and in whom. */
type Failure = readonly [subscriber: string, error: unknown];

interface Started {
  readonly handle: TunnelHandle;
  readonly target: ScriptedTarget;
  readonly failures: readonly Failure[];
  /** Resolves with the first failure. */
  readonly failed: Promise<Failure>;
  readonly client: Wire;
}

const HERE = { port: 0, host: '127.0.0.1' } as const;

async function open(ambassador: Ambassador, subscribers: Subscribers): Promise<TunnelHandle> {
  const handle = await ambassador.tunnel(subscribers);
  opened({ close: () => handle.drain(0) });
  return handle;
}

async function connected(handle: TunnelHandle): Promise<Wire> {
  const client = await dial(handle.address.port);
  opened({ close: () => client.dispose() });
  return client;
}

async function start(subscribers: Subscribers, options: Partial<AmbassadorOptions> = {}): Promise<Started> {
  const target = opened(await listenAsTarget());
  const failures: Failure[] = [];
  let fail: (failure: Failure) => void = () => undefined;
  const failed = new Promise<Failure>((resolve) => {
    fail = resolve;
  });
  const onError = (...failure: Failure): void => {
    failures.push(failure);
    fail(failure);
  };
  const handle = await open(new Ambassador({ ...HERE, target: target.port, onError, ...options }), subscribers);
  return { handle, target, failures, failed, client: await connected(handle) };
}

/** The request reaches the target as it is, and `response` is what the target says to it. */
async function exchange({ client, target }: Started, response = NOT_FOUND, request = GET): Promise<void> {
  await client.send(Buffer.from(request));
  const served = await target.next();
  await served.take(Buffer.from(request));
  await served.send(Buffer.from(response));
}

const expectAnswer = (client: Wire, response: string): Promise<void> => client.take(Buffer.from(response));

describe('a plain tunnel', () => {
  test('passes every byte on as it came', async () => {
    const started = await start({});
    const request = 'POST /x?y HTTP/1.1\r\nhOST:a\r\nX-Odd:  \t b \r\ncontent-length: 2\r\n\r\nhi';
    const response = 'HTTP/1.1 404  Odd\r\nsERVER:x\r\ncontent-length:  2\r\n\r\nho';
    await exchange(started, response, request);
    await expectAnswer(started.client, response);
  });

  test('takes its ports as text too, as an environment gives them', async () => {
    const target = opened(await listenAsTarget());
    const handle = await open(new Ambassador({ ...HERE, port: '0', target: String(target.port) }), {});
    const client = await connected(handle);
    await client.send(Buffer.from(GET));
    await (await target.next()).take(Buffer.from(GET));
    expect(handle.address).toEqual({ address: '127.0.0.1', family: 'IPv4', port: expect.any(Number) });
  });

  test('keeps the settings it was given', async () => {
    const settings = { maxConnections: 0 };
    const handle = await open(new Ambassador({ ...HERE, target: 1, settings }), {});
    const client = await connected(handle);
    const bytes = await client.takeSome((received) => readAnswer(received)?.length, 'an answer');
    const answer = readAnswer(bytes);
    expect(answer?.status).toBe(503);
    expect(answer && valuesOf(answer, 'Proxy-Status')).toEqual(['ambassador; error=connection_limit_reached']);
  });

  test('is opened where the options say, and leads where they say', async () => {
    const target = opened(await listenAsTarget(0, '127.0.0.2'));
    const options = { port: 0, host: '127.0.0.3', target: target.port, targetHost: '127.0.0.2' };
    const handle = await open(new Ambassador(options), {});
    const client = await dial(handle.address.port, '127.0.0.3');
    opened({ close: () => client.dispose() });
    await client.send(Buffer.from(GET));
    await (await target.next()).take(Buffer.from(GET));
    expect(handle.address.address).toBe('127.0.0.3');
  });
});

describe('tunnel', () => {
  test('tells a port that is busy with the code of the system', async () => {
    const busy = opened(await listenAsTarget());
    const ambassador = new Ambassador({ ...HERE, port: busy.port, target: 1 });
    await expect(ambassador.tunnel({})).rejects.toMatchObject({ code: 'EADDRINUSE', port: busy.port });
  });

  test('refuses what is no set of subscribers with a TypeError', async () => {
    const subscribers: unknown = { mine: 'page' };
    const opening = new Ambassador({ ...HERE, target: 1 }).tunnel(subscribers as Subscribers);
    await expect(opening).rejects.toThrow(new TypeError('the subscriber mine must be a function, not "page"'));
  });

  test.each([NaN, -1, '5s', null, Infinity, 2 ** 31])(
    'gives a handle whose drain refuses %p as its time',
    async (timeoutMs) => {
      const handle = await open(new Ambassador({ ...HERE, target: 1 }), {});
      const drained = handle.drain(timeoutMs as number);
      await expect(drained).rejects.toThrow(TypeError);
      await expect(drained).rejects.toThrow('timeoutMs must be a whole number from 0 to 2147483647, not ');
    },
  );
});

describe('drain', () => {
  test('lets an exchange finish, and then nobody is answered any more', async () => {
    const { handle, client, target } = await start({});
    await client.send(Buffer.from(GET));
    const served = await target.next();
    await served.take(Buffer.from(GET));
    const drained = handle.drain();
    await served.send(Buffer.from(NOT_FOUND));
    await client.takeSome((bytes) => readAnswer(bytes)?.length, 'an answer');
    expect(await client.ended()).toBe('closed');
    client.close();
    served.close();
    await expect(drained).resolves.toBeUndefined();
    const [error] = (await once(connect(handle.address.port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('cuts off what takes longer than it was given', async () => {
    const { handle, client, target } = await start({});
    await client.send(Buffer.from(GET));
    await target.next();
    await handle.drain(0);
    expect(await client.ended()).toBe('reset');
  });
});

describe('subscribers', () => {
  test('are called once an exchange, in their order, and hear both heads and all content', async () => {
    const heard: string[] = [];
    const spy =
      (name: string): Subscriber =>
      ({ request, response }) => {
        request.listen(({ method, requestTarget: target }, data) =>
          heard.push(`${name}: ${data ? String(data) : `${method} ${target}`}`),
        );
        response.listen(({ status }, data) => heard.push(`${name}: ${data ? String(data) : status}`));
      };
    const started = await start({ first: spy('first'), second: spy('second') });
    const response = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndown\r\n0\r\n\r\n';
    await exchange(started, response, 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nup');
    await expectAnswer(started.client, response);
    const each = (what: string): string[] => [`first: ${what}`, `second: ${what}`];
    expect(heard).toEqual([...each('PUT /'), ...each('up'), ...each('200'), ...each('down')]);
    expect(started.failures).toEqual([]);
  });

  test('may answer in place of the target, whose connection is used again', async () => {
    const started = await start({
      notFound: ({ response }) =>
        response.listen(({ status }) => status === '404' && response.override({ content: '☹' })),
    });
    await exchange(started);
    const bytes = await started.client.takeSome((received) => readAnswer(received)?.length, 'an answer');
    expect(readAnswer(bytes)).toMatchObject({ status: 404, content: Buffer.from('☹') });
    await started.client.send(Buffer.from(GET));
    const [served] = started.target.connections;
    await served?.take(Buffer.from(GET));
    await served?.send(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'));
    await expectAnswer(started.client, 'HTTP/1.1 204 No Content\r\n\r\n');
    expect(started.target.connections).toHaveLength(1);
  });

  test('who override twice keep the first page, and are told', async () => {
    const twice: Subscriber = ({ response }) => {
      response.override('HTTP/1.1 410 First\n\n1');
      response.override('HTTP/1.1 410 Second\n\n2');
    };
    const started = await start({ twice });
    await exchange(started);
    const bytes = await started.client.takeSome((received) => readAnswer(received)?.length, 'an answer');
    expect(String(bytes)).toMatch(/^HTTP\/1\.1 410 First\r\n/);
    expect(started.failures).toEqual([
      ['twice', expect.objectContaining({ message: expect.stringContaining('already overridden') })],
    ]);
  });

  test('who override when content passes are told that it is too late', async () => {
    const late: Subscriber = ({ response }) =>
      response.listen((_header, data) => {
        if (data !== undefined) response.override({ content: 'late' });
      });
    const started = await start({ late });
    await exchange(started);
    await expectAnswer(started.client, NOT_FOUND);
    expect(started.failures).toEqual([
      ['late', expect.objectContaining({ message: expect.stringMatching(/^too late/) })],
    ]);
  });
});

describe('a subscriber that fails is told to onError with its name, and the exchange goes on:', () => {
  const planted = new Error('planted');
  const fail = (): never => {
    throw planted;
  };

  test.each<[string, Subscriber]>([
    ['at once', fail],
    ['with the response', ({ response }) => response.listen(fail)],
    ['later, for it is async', async () => Promise.reject(planted)],
    ['later, with the request', ({ request }) => request.listen(async () => Promise.reject(planted))],
    ['later, with the response', ({ response }) => response.listen(async () => Promise.reject(planted))],
    [
      'later, with content',
      ({ response }) => response.listen(async (_header, data) => data && Promise.reject(planted)),
    ],
  ])('%s', async (_, failing) => {
    const started = await start({ failing });
    await exchange(started);
    await expectAnswer(started.client, NOT_FOUND);
    expect(await started.failed).toEqual(['failing', planted]);
    expect(started.failures).toHaveLength(1);
  });
});
