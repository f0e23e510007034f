import { type LiveExchange, type LiveWaiting } from '../../../telemetry/live/messages';
import { type InputElement, type PageElement } from './browser';
import { byId, element, setChildren, setShown, setText } from './elements';
import { parseFilter } from './filter';
import { bytes, clock, count, duration } from './format';
import { type LiveRecord } from './record';

const MAX_ROWS = 100;
/** The maximum number of new rows that are highlighted; if more arrive at once, none is. */
const MAX_MARKED = 5;

/** The most recent exchanges, newest first, below those that have been in flight for long. */
export class TailTable {
  readonly #record: LiveRecord;
  readonly #body = byId('tail');
  readonly #waiting = byId('waiting');
  readonly #filter = byId('filter') as InputElement;
  readonly #probes = byId('probes');
  #rows = new Map<number, PageElement>();
  #showsProbes = false;

  constructor(record: LiveRecord) {
    this.#record = record;
    this.#filter.addEventListener('input', () => this.render());
    this.#probes.addEventListener('click', () => this.toggleProbes());
  }

  toggleProbes(): void {
    this.#showsProbes = !this.#showsProbes;
    this.#probes.setAttribute('aria-pressed', String(this.#showsProbes));
    this.render();
  }

  focusFilter(): void {
    this.#filter.focus();
  }

  /** Clears the filter and removes the focus from it. */
  clearFilter(): void {
    this.#filter.value = '';
    this.#filter.blur();
    this.render();
  }

  render(): void {
    const { tail, skipped, waiting } = this.#record;
    const passes = parseFilter(this.#filter.value);
    const shown = tail
      .filter((exchange) => (this.#showsProbes || !exchange.isProbe) && passes(exchange))
      .slice(-MAX_ROWS)
      .reverse();
    setChildren(this.#body, this.#rowsOf(shown));
    const stillWaiting = waiting.filter(passes);
    setChildren(this.#waiting, stillWaiting.map(waitingRow));
    setShown(byId('tail-none'), shown.length === 0 && stillWaiting.length === 0);
    setText(byId('tail-none'), tail.length === 0 ? 'No exchange has ended yet.' : 'No exchange matches the filter.');
    setText(byId('tail-more'), skipped === 0 ? '' : `${count(skipped)} more were not listed`);
  }

  #rowsOf(shown: readonly LiveExchange[]): PageElement[] {
    const known = this.#rows;
    const arrivals = shown.filter(({ id }) => !known.has(id)).length;
    const isMarked = known.size > 0 && arrivals <= MAX_MARKED;
    this.#rows = new Map(shown.map((exchange) => [exchange.id, known.get(exchange.id) ?? rowOf(exchange, isMarked)]));
    return [...this.#rows.values()];
  }
}

function rowOf(exchange: LiveExchange, isMarked: boolean): PageElement {
  const { endedAtMs, client, protocol, method, path } = exchange;
  const request = element(
    'td',
    'name',
    element('span', 'method', method === '' ? protocol : method),
    ' ',
    element('span', 'path', path),
    ...marksOf(exchange),
  );
  request.title = `${method} ${path} · ${protocol} · from ${client}`;
  return element(
    'tr',
    `${isMarked ? 'is-new' : ''} ${exchange.isProbe ? 'is-probe' : ''}`,
    element('td', 'time', clock(endedAtMs)),
    statusCell(exchange.status),
    request,
    element('td', 'number', duration(exchange.firstByteMs)),
    element('td', 'number wide', duration(exchange.durationMs)),
    element('td', 'number wide', bytes(exchange.bytesIn)),
    element('td', 'number wide', bytes(exchange.bytesOut)),
    element('td', 'client widest', client),
  );
}

function waitingRow({ method, path, ageMs, status, isSwitched, bytesIn, bytesOut }: LiveWaiting): PageElement {
  const name = [element('span', 'method', method), ' ', element('span', 'path', path)];
  const word = isSwitched ? 'open tunnel' : status === 0 ? 'waiting' : 'streaming';
  const mark = element('span', 'mark', `${word} ${duration(ageMs)}`);
  return element(
    'tr',
    'is-waiting',
    element('td', 'time', 'now'),
    statusCell(status),
    element('td', 'name', ...name, mark),
    element('td', 'number', '…'),
    element('td', 'number wide', '…'),
    element('td', 'number wide', bytes(bytesIn)),
    element('td', 'number wide', bytes(bytesOut)),
    element('td', 'client widest'),
  );
}

function statusCell(status: number): PageElement {
  const statusClass = status >= 200 && status < 600 ? Math.floor(status / 100) : 0;
  return element('td', `status c${statusClass}`, status === 0 ? '–' : String(status));
}

/** Lists the unusual properties of an exchange, one word each. */
function marksOf({
  isOverridden,
  isSwitched,
  isProbe,
  status,
  targetStatus,
  termination,
}: LiveExchange): PageElement[] {
  const marks: [string, string][] = [];
  if (isOverridden) marks.push(['mark page', 'page']);
  if (targetStatus !== 0 && targetStatus !== status) marks.push(['mark', `target ${targetStatus}`]);
  if (isSwitched) marks.push(['mark', 'tunnel']);
  if (isProbe) marks.push(['mark', 'probe']);
  if (termination !== 'ok') marks.push(['mark bad', termination]);
  return marks.map(([className, word]) => element('span', className, word));
}
