import { type MemoryAccount, MemoryBudget } from '../../src/memory/memory-budget';

const ROOM_BYTES = 1024 * 1024 * 1024;

/** An account of a budget that is never exhausted. */
export function openAccount(): MemoryAccount {
  const process = { isScarce: () => false, collectGarbage: () => undefined };
  const account = new MemoryBudget(
    ROOM_BYTES,
    process,
    () => performance.now(),
    () => undefined,
  ).open();
  if (account === undefined) throw new Error('a new budget has no room for one connection');
  return account;
}
