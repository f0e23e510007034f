import { expect, jest, test } from '@jest/globals';
import { type TunnelParts } from '../../src/tunnel/mode';
import { PartingMode } from '../../src/tunnel/parting-mode';

function part(client: { isFlushed: boolean; isGone: boolean }): { mode: PartingMode; cut: jest.Mock } {
  const cut = jest.fn();
  const target = { isConnected: true, isFlushed: true, resume: jest.fn(), end: jest.fn() };
  const ending = Object.assign(client, { end: jest.fn() });
  const parts = { context: { now: () => 1_000 }, client: ending, target, cut } as unknown as TunnelParts;
  return { mode: new PartingMode(parts, 'requests'), cut };
}

test('a client that is slow to take its last answer is not cut off before it has it', () => {
  const client = { isFlushed: false, isGone: false };
  const { mode, cut } = part(client);
  mode.checkDeadlines(100_000);
  expect(cut).not.toHaveBeenCalled();
  client.isFlushed = true;
  mode.checkDeadlines(104_000);
  expect(cut).not.toHaveBeenCalled();
  mode.checkDeadlines(105_000);
  expect(cut.mock.calls).toEqual([['ok', false]]);
});

test('one that has left with its answer on its way is waited for no longer', () => {
  const { mode, cut } = part({ isFlushed: false, isGone: true });
  mode.checkDeadlines(100_000);
  expect(cut.mock.calls).toEqual([['ok', false]]);
});
