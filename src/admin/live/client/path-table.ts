import { type LivePath } from '../../../telemetry/live/messages';
import { type PageElement } from './browser';
import { byId, element, setChildren, setShown, setText } from './elements';
import { count, duration, rate } from './format';
import { type LiveRecord } from './record';
import { COLUMNS, type Column, type Sorting, sortBy, sorted } from './sorting';

const MAX_ROWS = 50;

interface Row {
  readonly line: PageElement;
  readonly cells: Readonly<Record<Exclude<Column, 'path'>, PageElement>>;
}

/** The table of the most requested paths, in a selectable order. */
export class PathTable {
  readonly #record: LiveRecord;
  readonly #body = byId('paths');
  readonly #rows = new Map<string, Row>();
  #sorting: Sorting = { column: 'rate', isRising: false };

  constructor(record: LiveRecord) {
    this.#record = record;
    for (const column of COLUMNS) byId(`sort-${column}`).addEventListener('click', () => this.sort(column));
    this.#markSorting();
  }

  sort(column: Column): void {
    this.#sorting = sortBy(column, this.#sorting);
    this.#markSorting();
    this.render();
  }

  render(): void {
    const { paths } = this.#record;
    const shown = sorted(paths, this.#sorting).slice(0, MAX_ROWS);
    const highest = Math.max(...paths.map((row) => row.rate), Number.MIN_VALUE);
    const lines = shown.map((row) => this.#renderRow(row, highest));
    setChildren(this.#body, lines);
    if (this.#rows.size > 4 * MAX_ROWS) this.#forget(new Set(shown.map(keyOf)));
    setText(byId('paths-more'), paths.length > shown.length ? `${paths.length - shown.length} more` : '');
    setShown(byId('paths-none'), paths.length === 0);
  }

  #renderRow(row: LivePath, highest: number): PageElement {
    const key = keyOf(row);
    const { line, cells } = this.#rows.get(key) ?? this.#createRow(key, row);
    line.style.setProperty('--load', `${((100 * row.rate) / highest).toFixed(1)}%`);
    setText(cells.rate, rate(row.rate));
    setText(cells.hits, count(row.hits));
    setCount(cells.clientErrors, row.clientErrors, 'c4');
    setCount(cells.failed, row.failed, 'c5');
    setCount(cells.overridden, row.overridden, 'page');
    setText(cells.p50Ms, duration(row.p50Ms));
    setText(cells.p95Ms, duration(row.p95Ms));
    return line;
  }

  #createRow(key: string, { method, path }: LivePath): Row {
    const cell = (className: string): PageElement => element('td', `number ${className}`);
    const name = element('td', 'name', element('span', 'method', method), ' ', element('span', 'path', path));
    name.title = `${method} ${path}`;
    const cells = {
      rate: cell(''),
      hits: cell(''),
      clientErrors: cell('wide'),
      failed: cell(''),
      overridden: cell('wide'),
      p50Ms: cell('wide'),
      p95Ms: cell(''),
    };
    const row = { line: element('tr', '', name, ...Object.values(cells)), cells };
    this.#rows.set(key, row);
    return row;
  }

  #forget(kept: ReadonlySet<string>): void {
    for (const key of this.#rows.keys()) if (!kept.has(key)) this.#rows.delete(key);
  }

  #markSorting(): void {
    const { column, isRising } = this.#sorting;
    for (const name of COLUMNS) {
      const order = isRising ? 'ascending' : 'descending';
      byId(`column-${name}`).setAttribute('aria-sort', name === column ? order : 'none');
    }
  }
}

const keyOf = ({ method, path }: LivePath): string => `${method} ${path}`;

/** Shows a count. Zero is grey; other values have the colour of their category. */
function setCount(cell: PageElement, value: number, color: string): void {
  setText(cell, count(value));
  const base = color === 'c5' ? 'number' : 'number wide';
  cell.className = value === 0 ? `${base} zero` : `${base} ${color}`;
}
