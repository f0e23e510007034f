import { expect, jest, test } from '@jest/globals';
import { type TunnelParts } from '../../src/tunnel/mode';
import { PartingMode } from '../../src/tunnel/closing-mode';

interface Client {
  isFlushed: boolean;
  isGone: boolean;
  waitingSinceMs: () => number;
}

const PROGRESS_TIMEOUT_MS = 60_000;

function part(client: Client): { mode: PartingMode; cut: jest.Mock } {
  const cut = jest.fn();
  const target = { isConnected: true, isFlushed: true, resume: jest.fn(), end: jest.fn() };
  const ending = Object.assign(client, { end: jest.fn() });
  const parts = {
    context: { now: () => 1_000, settings: { progressTimeoutMs: PROGRESS_TIMEOUT_MS } },
    client: ending,
    target,
    cut,
  } as unknown as TunnelParts;
  return { mode: new PartingMode(parts, 'requests'), cut };
}

test('A client that is slow to take its last response is not cut off before it has it.', () => {
  const client: Client = { isFlushed: false, isGone: false, waitingSinceMs: () => 99_000 };
  const { mode, cut } = part(client);
  mode.checkDeadlines(100_000);
  expect(cut).not.toHaveBeenCalled();
  client.isFlushed = true;
  client.waitingSinceMs = () => 0;
  mode.checkDeadlines(104_000);
  expect(cut).not.toHaveBeenCalled();
  mode.checkDeadlines(105_000);
  expect(cut.mock.calls).toEqual([['ok', false]]);
});

test('A client that takes nothing of its last response for the progress timeout is cut off with a reset.', () => {
  const { mode, cut } = part({ isFlushed: false, isGone: false, waitingSinceMs: () => 100_000 });
  mode.checkDeadlines(100_000 + PROGRESS_TIMEOUT_MS - 1);
  expect(cut).not.toHaveBeenCalled();
  mode.checkDeadlines(100_000 + PROGRESS_TIMEOUT_MS);
  expect(cut.mock.calls).toEqual([['client-stalled', true]]);
});

test('A client that has left before it took its response is not waited for.', () => {
  const { mode, cut } = part({ isFlushed: false, isGone: true, waitingSinceMs: () => 0 });
  mode.checkDeadlines(100_000);
  expect(cut.mock.calls).toEqual([['ok', false]]);
});
