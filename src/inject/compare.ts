import { type Change } from './edits';
import { isCollection, isList, type Mapping, type Path, type Tree } from './tree';

/** Changes as a tree of path parts, so that both data trees and the changes are walked once, in parallel. */
interface Plan {
  change?: Change;
  readonly below: Map<string, Plan>;
}

const NO_CHANGE: Plan = { below: new Map() };

/**
 * Returns the path of the first value at which `after` differs from `before` with `changes` applied, or `undefined`.
 * The paths of changes refer to `before`; an index beyond the end of a list means a new item.
 */
export const firstDifference = (before: Tree, after: Tree, changes: readonly Change[]): Path | undefined =>
  new Comparison().difference(before, after, planOf(changes));

function planOf(changes: readonly Change[]): Plan {
  const root: Plan = { below: new Map() };
  for (const change of changes) {
    let plan = root;
    for (const part of change.path.map(String)) {
      const next: Plan = plan.below.get(part) ?? { below: new Map() };
      plan.below.set(part, next);
      plan = next;
    }
    if (plan.change) throw new Error(`two changes of ${change.path.join('.')}`);
    plan.change = change;
  }
  return root;
}

/**
 * Compares two trees. Values that aliases repeat are one object in a tree: the result is cached, so that each is
 * compared once.
 */
class Comparison {
  readonly #compared = new Map<object, object>();

  difference(before: Tree, after: Tree, plan: Plan): Path | undefined {
    if (plan.change) return plan.below.size > 0 ? [] : this.difference(plan.change.to, after, NO_CHANGE);
    if (!isCollection(before) || !isCollection(after)) {
      return plan.below.size === 0 && Object.is(before, after) ? undefined : [];
    }
    if (plan.below.size === 0) {
      if (this.#compared.get(before) === after) return undefined;
      this.#compared.set(before, after);
    }
    if (isList(before)) return isList(after) ? this.#inLists(before, after, plan) : [];
    return isList(after) ? [] : this.#inMappings(before, after, plan);
  }

  #inLists(before: readonly Tree[], after: readonly Tree[], { below }: Plan): Path | undefined {
    let at = 0;
    for (let index = 0; index < before.length || below.has(String(index)); index += 1) {
      const plan = below.get(String(index)) ?? NO_CHANGE;
      if (removes(plan)) continue;
      const found = at < after.length ? this.difference(before[index], after[at], plan) : [];
      if (found) return [index, ...found];
      at += 1;
    }
    return at === after.length ? undefined : [at];
  }

  #inMappings(before: Mapping, after: Mapping, { below }: Plan): Path | undefined {
    let expected = 0;
    for (const key of Object.keys(before)) {
      const plan = below.get(key) ?? NO_CHANGE;
      if (removes(plan)) continue;
      expected += 1;
      const found = this.#inMember(before[key], after, key, plan);
      if (found) return found;
    }
    for (const [key, plan] of below) {
      if (Object.hasOwn(before, key)) continue;
      expected += 1;
      const found = this.#inMember(undefined, after, key, plan);
      if (found) return found;
    }
    const keys = Object.keys(after);
    return keys.length === expected
      ? undefined
      : keys.filter((key) => isSurplus(before, below.get(key), key)).slice(0, 1);
  }

  #inMember(before: Tree, after: Mapping, key: string, plan: Plan): Path | undefined {
    const found = Object.hasOwn(after, key) ? this.difference(before, after[key], plan) : [];
    return found && [key, ...found];
  }
}

const isSurplus = (before: Mapping, plan: Plan | undefined, key: string): boolean =>
  plan ? removes(plan) : !Object.hasOwn(before, key);

const removes = ({ change }: Plan): boolean => change !== undefined && change.to === undefined;
