import { type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isLoopbackHost, isLoopbackPeer } from '../../src/admin/access';
import { type OpenAdmin, openAdmin } from '../support/open-admin';

describe('a loopback peer', () => {
  test.each(['127.0.0.1', '127.255.1.2', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])('is %s', (address) => {
    expect(isLoopbackPeer(address)).toBe(true);
  });

  test.each(['', '10.0.0.1', '::', '::2', '::ffff:10.0.0.1', '1.127.0.0', '127.0.0.1.2', 'fe80::1', '128.0.0.1'])(
    'is not %j',
    (address) => {
      expect(isLoopbackPeer(address)).toBe(false);
    },
  );
});

describe('a loopback host', () => {
  test.each(['localhost', 'LOCALHOST:1', 'localhost:', '127.0.0.1', '127.9.9.9:80', '[::1]', '[::1]:9901'])(
    'is %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  test.each([
    '',
    ':9901',
    'localhost.',
    'localhost, evil.test',
    'evil.test',
    'localhost.evil.test',
    'evil.test#localhost',
    'localhost@evil.test',
    '127.evil.test',
    '127.0.0.1x',
    '[::2]',
    '::1',
    '0.0.0.0',
    '2130706433',
  ])('is not %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

let open: OpenAdmin;

interface Asked {
  readonly host?: string;
  /** The address to connect to, from which the connection then comes. Default: 127.0.0.1. */
  readonly address?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** The status of a path, asked for with this Host, and the content where it is refused. */
async function ask(
  path: string,
  { host = 'localhost', address = '127.0.0.1', fields = {} }: Asked = {},
): Promise<[number, string]> {
  const asked = request({ port: open.port, host: address, path, headers: { ...fields, Host: host }, agent: false });
  const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
  const { statusCode = 0 } = response;
  if (path === '/events' && statusCode === 200) response.destroy();
  return [statusCode, statusCode === 403 ? await text(response) : ''];
}

const GUARDED = ['/', '/events', '/config'];
const OPEN_TO_ALL = ['/livez', '/readyz', '/startupz', '/metrics'];

describe('with ADMIN_LIVE=local', () => {
  afterEach(() => open.admin.close());

  test.each(GUARDED)('%s is shown to a loopback peer that names a loopback host', async (path) => {
    open = await openAdmin();
    for (const host of ['localhost', 'localhost:9901', '127.0.0.1:9901', '127.1.2.3', '[::1]:9901']) {
      expect([host, await ask(path, { host })]).toStrictEqual([host, [200, '']]);
    }
  });

  test.each(GUARDED)('%s is not shown under a name that was made to lead to loopback', async (path) => {
    open = await openAdmin();
    for (const host of ['evil.test', 'evil.test:9901', 'localhost.evil.test', '127.0.0.1.evil.test', '10.0.0.7:9901']) {
      const [status, sentence] = await ask(path, { host });
      expect([host, status]).toStrictEqual([host, 403]);
      expect(sentence).toContain('oc port-forward pod/NAME 9901');
      expect(sentence).toContain('ADMIN_LIVE=all');
    }
  });

  test('an IPv4 peer of a dual-stack socket counts as what it is', async () => {
    open = await openAdmin({ host: '::' });
    expect(await ask('/config')).toStrictEqual([200, '']);
    expect(await ask('/config', { address: '::1' })).toStrictEqual([200, '']);
  });

  test('a peer at another address is refused, whatever host it names', async () => {
    const [own] = Object.values(networkInterfaces()).flatMap((all = []) => all.filter(({ internal }) => !internal));
    open = await openAdmin({ host: '::' });
    const asked = own?.family === 'IPv4' ? await ask('/config', { address: own.address }) : undefined;
    expect(asked?.[0] ?? 403).toBe(403);
  });

  test('fields that name another client or host change nothing', async () => {
    open = await openAdmin();
    const claims = {
      'X-Forwarded-For': '127.0.0.1',
      Forwarded: 'for=127.0.0.1;host=localhost',
      'X-Real-IP': '127.0.0.1',
    };
    expect(await ask('/', { host: 'evil.test', fields: { ...claims, 'X-Forwarded-Host': 'localhost' } })).toStrictEqual(
      [403, expect.any(String)],
    );
    const stranger = { 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Host': 'evil.test' };
    expect(await ask('/', { fields: stranger })).toStrictEqual([200, '']);
  });

  test('probes and metrics are open under every name', async () => {
    open = await openAdmin();
    for (const path of OPEN_TO_ALL)
      expect([path, await ask(path, { host: 'evil.test' })]).toStrictEqual([path, [200, '']]);
  });
});

test('with ADMIN_LIVE=all everything is shown under every name', async () => {
  open = await openAdmin({ isLoopbackOnly: false });
  for (const path of [...GUARDED, ...OPEN_TO_ALL]) {
    expect([path, await ask(path, { host: 'evil.test' })]).toStrictEqual([path, [200, '']]);
  }
  await open.admin.close();
});
