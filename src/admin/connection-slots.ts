/** A connection that competes with others for a place. */
export interface SlotHolder {
  /** The address of the peer. */
  readonly address: string;
  /** Whether it is in the middle of a probe, and so is dropped last. */
  readonly isProbing: boolean;
  drop(): void;
}

/** Chooses the member that gives its place to a newcomer, from members in the order in which they came. */
type Choice = (members: Iterable<SlotHolder>) => SlotHolder | undefined;

/** The oldest that is not in the middle of a probe; where all are, the oldest. */
export const oldest: Choice = (members) => {
  let first: SlotHolder | undefined;
  for (const member of members) {
    if (!member.isProbing) return member;
    first ??= member;
  }
  return first;
};

/**
 * The oldest of the address that has the most members: one noisy neighbour pushes out its own connections and not those of
 * the others. Takes two walks over all members, so it is for small crowds.
 */
export const oldestOfBusiest: Choice = (members) => {
  const counts = new Map<string, number>();
  for (const { address } of members) counts.set(address, (counts.get(address) ?? 0) + 1);
  const most = Math.max(...counts.values());
  for (const member of members) if (counts.get(member.address) === most) return member;
  return undefined;
};

/**
 * A bounded set of connections. A newcomer always has a place: in a full set it takes that of another member, so that idle
 * connections cannot lock out a probe.
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
