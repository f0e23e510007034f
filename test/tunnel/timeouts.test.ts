import { describe, expect, test } from '@jest/globals';
import { type Timeout, type Activity, findTimeout } from '../../src/tunnel/timeouts';
import { isPast } from '../../src/tunnel/mode';
import { DEFAULT_TUNNEL_SETTINGS, type TunnelSettings, shortestTimeoutMs } from '../../src/tunnel/settings';

/** Each time is another, so that one cannot be taken for the other. */
const SETTINGS: TunnelSettings = {
  ...DEFAULT_TUNNEL_SETTINGS,
  targetPort: 1,
  connectTimeoutMs: 100,
  halfCloseTimeoutMs: 200,
  headerTimeoutMs: 300,
  idleTimeoutMs: 400,
  discardTimeoutMs: 500,
  responseTimeoutMs: 600,
  progressTimeoutMs: 700,
};

/** An exchange under way, of which nothing is waited for. */
const BUSY: Activity = {
  activeAtMs: 1000,
  headSinceMs: 0,
  connectingSinceMs: 0,
  discardingSinceMs: 0,
  isIdle: false,
  hasServed: true,
  isHalfClosed: false,
  awaitsHead: false,
  awaitsContent: false,
  unreadSinceMs: 0,
  targetUnreadSinceMs: 0,
};

const CLOCKS: readonly (readonly [Timeout, string, keyof TunnelSettings, Partial<Activity>])[] = [
  ['connect-timeout', 'the target does not accept', 'connectTimeoutMs', { connectingSinceMs: 1000 }],
  ['half-closed', 'a half-closed connection is silent', 'halfCloseTimeoutMs', { isHalfClosed: true }],
  ['head', 'a head does not end', 'headerTimeoutMs', { headSinceMs: 1000, activeAtMs: 1299, isIdle: true }],
  ['idle', 'no request follows', 'idleTimeoutMs', { isIdle: true }],
  [
    'idle',
    'no first request comes: no more time than for its head',
    'headerTimeoutMs',
    { isIdle: true, hasServed: false },
  ],
  ['discard', 'what is thrown away does not end', 'discardTimeoutMs', { discardingSinceMs: 1000, activeAtMs: 1499 }],
  ['unread', 'the client takes none of its response', 'progressTimeoutMs', { unreadSinceMs: 1000, activeAtMs: 1500 }],
  ['content', 'request content stops arriving', 'progressTimeoutMs', { awaitsContent: true }],
  ['target-stalled', 'the target takes none of the request', 'progressTimeoutMs', { targetUnreadSinceMs: 1000 }],
  ['response-timeout', 'the target does not answer', 'responseTimeoutMs', { awaitsHead: true }],
];

describe.each(CLOCKS)('%s: %s', (overdue, _, setting, standing) => {
  const timeoutMs = SETTINGS[setting] as number;
  const at = (now: number, settings = SETTINGS): Timeout | undefined =>
    findTimeout(settings, now, { ...BUSY, ...standing });

  test('at its time, and not a millisecond before', () => {
    expect([at(1000 + timeoutMs - 1), at(1000 + timeoutMs), at(1e9)]).toEqual([undefined, overdue, overdue]);
  });

  test('never, where the timeout is 0', () => {
    expect(at(1e9, { ...SETTINGS, [setting]: 0 })).toBeUndefined();
  });

  test('never, where it does not stand so', () => {
    expect(findTimeout(SETTINGS, 1e9, BUSY)).toBeUndefined();
  });
});

test('a connection on which a head has begun is not idle, whatever its last byte', () => {
  const standing = { ...BUSY, isIdle: true, headSinceMs: 1000 };
  expect(findTimeout({ ...SETTINGS, headerTimeoutMs: 0 }, 1e9, standing)).toBeUndefined();
});

test('what is overdue first in the way of an exchange counts first', () => {
  const all = {
    ...BUSY,
    connectingSinceMs: 1,
    isHalfClosed: true,
    headSinceMs: 1,
    discardingSinceMs: 1,
    awaitsHead: true,
  };
  const order: (Timeout | undefined)[] = [];
  let settings = SETTINGS;
  for (const name of [
    'connectTimeoutMs',
    'halfCloseTimeoutMs',
    'headerTimeoutMs',
    'discardTimeoutMs',
    'responseTimeoutMs',
  ]) {
    order.push(findTimeout(settings, 1e9, all));
    settings = { ...settings, [name]: 0 };
  }
  expect(order).toEqual(['connect-timeout', 'half-closed', 'head', 'discard', 'response-timeout']);
  expect(findTimeout(settings, 1e9, all)).toBeUndefined();
});

test.each([
  [1100, 1000, 100, true],
  [1099, 1000, 100, false],
  [1100, 0, 100, false],
  [1100, 1000, 0, false],
])('at %i, since %i, for %i: %s', (now, since, timeout, expected) => {
  expect(isPast(now, since, timeout)).toBe(expected);
});

test('the shortest time is that of the settings that are not 0', () => {
  expect(shortestTimeoutMs(SETTINGS)).toBe(100);
  expect(shortestTimeoutMs({ ...SETTINGS, connectTimeoutMs: 0, halfCloseTimeoutMs: 0 })).toBe(300);
});
