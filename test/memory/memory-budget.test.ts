import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  CONNECTION_BYTES,
  type MemoryAccount,
  MemoryBudget,
  type ProcessMemory,
  UNOBSERVED_MEMORY,
} from '../../src/memory/memory-budget';

const KIB = 1024;
const MIB = 1024 * KIB;

interface Rig {
  readonly budget: MemoryBudget;
  /** Open accounts, oldest first: the order of eviction here. */
  readonly accounts: MemoryAccount[];
  readonly open: () => MemoryAccount;
  readonly calls: { collections: number; goals: number[] };
  readonly clock: { ms: number };
}

function createRig(limitBytes: number, isScarce: () => boolean = () => false): Rig {
  const accounts: MemoryAccount[] = [];
  const calls = { collections: 0, goals: [] as number[] };
  const clock = { ms: 1000 };
  const process: ProcessMemory = { isScarce, collectGarbage: () => calls.collections++ };
  const budget = new MemoryBudget(
    limitBytes,
    process,
    () => clock.ms,
    (goalBytes) => {
      calls.goals.push(goalBytes);
      while (budget.usedBytes > goalBytes && accounts.length > 0) accounts.shift()?.close();
    },
  );
  const open = (): MemoryAccount => {
    const account = budget.open();
    if (account === undefined) throw new Error('the budget has no room for a connection');
    accounts.push(account);
    return account;
  };
  return { budget, accounts, open, calls, clock };
}

describe('a memory budget', () => {
  test('charges each connection with a constant and returns it when the account closes', () => {
    const { budget, open } = createRig(MIB);
    const account = open();
    expect(budget.usedBytes).toBe(CONNECTION_BYTES);
    account.charge(5 * KIB);
    expect(budget.usedBytes).toBe(CONNECTION_BYTES + 5 * KIB);
    account.close();
    expect(budget.usedBytes).toBe(0);
  });

  test('ignores calls on a closed account', () => {
    const { budget, open } = createRig(MIB);
    const account = open();
    account.close();
    account.charge(KIB);
    account.release(KIB);
    account.close();
    expect(account.borrow(KIB)).toBe(false);
    expect(budget.usedBytes).toBe(0);
  });

  test('evicts down to nine tenths of the limit when a charge exceeds it', () => {
    const { budget, open, calls } = createRig(MIB);
    const first = open();
    first.charge(900 * KIB);
    const second = open();
    second.charge(200 * KIB);
    expect(calls.goals).toStrictEqual([0.9 * MIB]);
    expect(budget.usedBytes).toBe(CONNECTION_BYTES + 200 * KIB);
  });

  test('evicts for a new connection that does not fit', () => {
    const { budget, open, accounts } = createRig(10 * CONNECTION_BYTES);
    for (let i = 0; i < 50; i++) open();
    expect(accounts.length).toBeLessThanOrEqual(10);
    expect(budget.usedBytes).toBeLessThanOrEqual(budget.limitBytes);
  });

  test('has no account for a new connection where nothing can be evicted', () => {
    const budget = new MemoryBudget(CONNECTION_BYTES, UNOBSERVED_MEMORY, Date.now, () => undefined);
    expect(budget.open()).toBeDefined();
    expect(budget.open()).toBeUndefined();
  });

  test('lends large buffers from a third of the limit only', () => {
    const { open } = createRig(3 * MIB);
    const account = open();
    expect(account.borrow(512 * KIB)).toBe(true);
    expect(account.borrow(512 * KIB)).toBe(false);
    account.giveBack(512 * KIB);
    expect(account.borrow(512 * KIB)).toBe(true);
  });

  test('lets an account above its fair share wait while it is exhausted', () => {
    const budget = new MemoryBudget(MIB, UNOBSERVED_MEMORY, Date.now, () => undefined);
    const [large, small] = [budget.open(), budget.open()];
    expect(large?.mustWait).toBe(false);
    large?.charge(2 * MIB);
    expect([large?.mustWait, small?.mustWait]).toStrictEqual([true, false]);
    large?.release(2 * MIB);
    expect(large?.mustWait).toBe(false);
  });

  test('requests a collection when the connections that were closed held much', () => {
    const { open, calls } = createRig(100 * MIB);
    for (let i = 0; i < 2; i++) {
      const account = open();
      account.charge(5 * MIB);
      account.close();
    }
    expect(calls.collections).toBe(0);
    const account = open();
    account.charge(5 * MIB);
    account.close();
    expect(calls.collections).toBe(1);
  });

  test('requests two collections for less once a burst is over: the second can move together what the first left', () => {
    const { budget, open, calls } = createRig(100 * MIB);
    const account = open();
    account.charge(5 * MIB);
    budget.check();
    account.release(5 * MIB);
    expect(calls.collections).toBe(0);
    budget.check();
    expect(calls.collections).toBe(1);
    for (let i = 0; i < 3; i++) budget.check();
    expect(calls.collections).toBe(2);
  });

  test('requests both even where its end has caused one already', () => {
    const { budget, open, calls } = createRig(100 * MIB);
    const account = open();
    account.charge(13 * MIB);
    budget.check();
    account.close();
    expect(calls.collections).toBe(1);
    for (let i = 0; i < 4; i++) budget.check();
    expect(calls.collections).toBe(3);
  });

  test('puts the second collection off while more and more is held', () => {
    const { budget, open, calls } = createRig(100 * MIB);
    const account = open();
    account.charge(5 * MIB);
    budget.check();
    account.release(5 * MIB);
    budget.check();
    for (let i = 0; i < 5; i++) {
      account.charge(KIB);
      budget.check();
    }
    expect(calls.collections).toBe(1);
    budget.check();
    expect(calls.collections).toBe(2);
  });

  test('requests no collection for large buffers that return to their pool', () => {
    const { budget, open, calls } = createRig(100 * MIB);
    const account = open();
    for (let i = 0; i < 100; i++) {
      account.borrow(MIB);
      budget.check();
      account.giveBack(MIB);
      budget.check();
    }
    expect(calls.collections).toBe(0);
  });

  test('collects and then evicts a quarter where the container is short of memory', () => {
    const { budget, open, calls } = createRig(100 * MIB, () => true);
    const used = 20 * CONNECTION_BYTES;
    for (let i = 0; i < 20; i++) open();
    budget.check();
    expect([calls.collections, calls.goals.at(-1)]).toStrictEqual([1, used * 0.75]);
  });

  test('examines the container between two regular checks while much is charged, at most every 10 ms', () => {
    let examinations = 0;
    const { open, clock } = createRig(100 * MIB, () => {
      examinations++;
      return false;
    });
    const account = open();
    for (let i = 0; i < 10; i++) account.charge(2 * MIB);
    expect(examinations).toBe(1);
    clock.ms += 10;
    account.charge(2 * MIB);
    expect(examinations).toBe(2);
  });
});

test('The sum of the accounts is what the budget uses, whatever the order of calls.', () => {
  const call = fc.record({
    account: fc.nat(7),
    kind: fc.constantFrom('open', 'charge', 'release', 'borrow', 'close'),
    bytes: fc.nat(300 * KIB),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200 }), (calls) => {
      const { budget, accounts, open } = createRig(2 * MIB);
      const charged = new Map<MemoryAccount, number>();
      for (const { account: index, kind, bytes } of calls) {
        const account = accounts[index % Math.max(1, accounts.length)];
        if (kind === 'open') open();
        else if (account === undefined) continue;
        else if (kind === 'close') accounts.splice(accounts.indexOf(account), 1)[0]?.close();
        else if (kind === 'release') {
          account.release(charged.get(account) ?? 0);
          charged.set(account, 0);
        } else if (kind === 'charge') {
          account.charge(bytes);
          charged.set(account, (charged.get(account) ?? 0) + bytes);
        } else if (account.borrow(bytes) && bytes % 2 === 0) account.giveBack(bytes);
        const sum = accounts.reduce((total, { usedBytes }) => total + usedBytes, 0);
        expect(budget.usedBytes).toBe(sum);
      }
      expect(budget.usedBytes).toBeLessThanOrEqual(budget.limitBytes);
    }),
  );
});
