/** A connection that occupies a slot. */
export interface SlotHolder {
  /** The address of the peer. */
  readonly address: string;
  /** Whether the connection is in the middle of a probe. Such connections are dropped last. */
  readonly isProbing: boolean;
  drop(): void;
}

/** Chooses the member that is dropped for a new connection, from members in order of arrival. */
type Choice = (members: Iterable<SlotHolder>) => SlotHolder | undefined;

/** Chooses the oldest member that is not in the middle of a probe; if all are, the oldest member. */
export const oldest: Choice = (members) => {
  let first: SlotHolder | undefined;
  for (const member of members) {
    if (!member.isProbing) return member;
    first ??= member;
  }
  return first;
};

/**
 * Chooses the oldest member of the address that has the most members. A busy peer then displaces its own connections
 * and not those of others. Iterates over all members twice, so it is meant for small sets.
 */
export const oldestOfBusiest: Choice = (members) => {
  const counts = new Map<string, number>();
  for (const { address } of members) counts.set(address, (counts.get(address) ?? 0) + 1);
  const most = Math.max(...counts.values());
  for (const member of members) if (counts.get(member.address) === most) return member;
  return undefined;
};

/**
 * A bounded set of connections. A new connection always gets a slot: if the set is full, another member is dropped.
 * Idle connections therefore cannot lock out a probe.
 */
export class ConnectionSlots {
  readonly #max: number;
  readonly #choose: Choice;
  readonly #onDropped: (member: SlotHolder) => void;
  readonly #members = new Set<SlotHolder>();

  constructor(max: number, choose: Choice, onDropped: (member: SlotHolder) => void) {
    this.#max = max;
    this.#choose = choose;
    this.#onDropped = onDropped;
  }

  add(newcomer: SlotHolder): void {
    const victim = this.#members.size < this.#max ? undefined : this.#choose(this.#members);
    if (victim !== undefined) {
      this.#members.delete(victim);
      this.#onDropped(victim);
      victim.drop();
    }
    this.#members.add(newcomer);
  }

  delete(member: SlotHolder): void {
    this.#members.delete(member);
  }
}
