import { describe, expect, test } from '@jest/globals';
import { ConnectionSlots, type SlotHolder, oldest, oldestOfBusiest } from '../../src/admin/connection-slots';

/** A full crowd of the given members, and the names of those that were dropped since. */
function crowdOf(
  choose: typeof oldest,
  ...names: readonly string[]
): { readonly crowd: ConnectionSlots; readonly dropped: string[] } {
  const dropped: string[] = [];
  const crowd = new ConnectionSlots(names.length, choose, ({ address }) => dropped.push(`told of ${address}`));
  for (const name of names) crowd.add(new Member(name, dropped));
  return { crowd, dropped };
}

/** `a1`, `a2!`: the letters are the address; with `!` it is in the middle of a probe. */
class Member implements SlotHolder {
  readonly name: string;
  readonly address: string;
  readonly isProbing: boolean;
  readonly #dropped: string[];

  constructor(name: string, dropped: string[]) {
    this.name = name;
    this.address = name.replace(/[\d!]/g, '');
    this.isProbing = name.endsWith('!');
    this.#dropped = dropped;
  }

  drop(): void {
    this.#dropped.push(this.name);
  }
}

describe('a full crowd', () => {
  test.each([
    ['the oldest', oldest, ['a1', 'b1', 'b2'], 'a1'],
    ['the oldest that is in no probe', oldest, ['a1!', 'b1!', 'b2', 'a2'], 'b2'],
    ['the oldest probe where there is nothing else', oldest, ['a1!', 'a2!'], 'a1!'],
    ['the oldest of one address', oldestOfBusiest, ['a1', 'a2', 'a3'], 'a1'],
    ['the oldest of the address that has most places', oldestOfBusiest, ['a1', 'b1', 'b2'], 'b1'],
    ['the oldest where every address has one place', oldestOfBusiest, ['a', 'b', 'c'], 'a'],
  ])('drops %s', (_what, choose, names, victim) => {
    const { crowd, dropped } = crowdOf(choose, ...names);
    crowd.add(new Member('newcomer', dropped));
    expect(dropped).toEqual([`told of ${victim.charAt(0)}`, victim]);
  });

  test('has room again when a member leaves', () => {
    const { crowd, dropped } = crowdOf(oldest, 'a');
    const member = new Member('b', dropped);
    crowd.add(member);
    crowd.delete(member);
    crowd.add(new Member('c', dropped));
    expect(dropped).toEqual(['told of a', 'a']);
  });
});
