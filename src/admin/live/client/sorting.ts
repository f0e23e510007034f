import { type LivePath } from '../../../telemetry/live/messages';

/** The columns of the table of top paths. */
export const COLUMNS = ['path', 'rate', 'hits', 'clientErrors', 'failed', 'overridden', 'p50Ms', 'p95Ms'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sorting {
  readonly column: Column;
  readonly isRising: boolean;
}

/**
 * Reverses the order if the column is selected again. A new column starts with its largest value; names start with the
 * first.
 */
export function sortBy(column: Column, last: Sorting): Sorting {
  return { column, isRising: last.column === column ? !last.isRising : column === 'path' };
}

/** Sorts the paths. Equal rows are ordered by name, so that no row moves without a reason. */
export function sorted(paths: readonly LivePath[], { column, isRising }: Sorting): LivePath[] {
  const direction = isRising ? 1 : -1;
  return [...paths].sort((a, b) => direction * compare(a, b, column) || byName(a, b));
}

function compare(a: LivePath, b: LivePath, column: Column): number {
  return column === 'path' ? byName(a, b) : (a[column] ?? -1) - (b[column] ?? -1);
}

const byName = (a: LivePath, b: LivePath): number => order(a.path, b.path) || order(a.method, b.method);

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
