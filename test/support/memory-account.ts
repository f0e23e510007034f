import { type MemoryAccount, MemoryBudget, UNOBSERVED_MEMORY } from '../../src/memory/memory-budget';

const ROOM_BYTES = 1024 * 1024 * 1024;

/** A budget that is never exhausted. */
export const openBudget = (): MemoryBudget =>
  new MemoryBudget(
    ROOM_BYTES,
    UNOBSERVED_MEMORY,
    () => performance.now(),
    () => undefined,
  );

/** An account of a budget that is never exhausted. */
export function openAccount(): MemoryAccount {
  const account = openBudget().open();
  if (account === undefined) throw new Error('a new budget has no room for one connection');
  return account;
}
