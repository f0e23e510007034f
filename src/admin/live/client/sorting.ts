import { type LiveTarget } from '../../../telemetry/live/messages';

/** The columns of the table of top targets. */
export const COLUMNS = ['target', 'rate', 'hits', 'clientErrors', 'failed', 'overridden', 'p50Ms', 'p95Ms'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sorting {
  readonly column: Column;
  readonly isRising: boolean;
}

/** Asked for a column again, the order turns round; a new column begins with its largest, names with the first. */
export function sortBy(column: Column, last: Sorting): Sorting {
  return { column, isRising: last.column === column ? !last.isRising : column === 'target' };
}

/** Equals stand in the order of their names, so that no row moves without a reason. */
export function sorted(targets: readonly LiveTarget[], { column, isRising }: Sorting): LiveTarget[] {
  const direction = isRising ? 1 : -1;
  return [...targets].sort((a, b) => direction * compare(a, b, column) || byName(a, b));
}

function compare(a: LiveTarget, b: LiveTarget, column: Column): number {
  return column === 'target' ? byName(a, b) : (a[column] ?? -1) - (b[column] ?? -1);
}

const byName = (a: LiveTarget, b: LiveTarget): number => order(a.target, b.target) || order(a.method, b.method);

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
