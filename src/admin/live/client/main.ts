import { type DialogElement, page } from './browser';
import { Cards } from './cards';
import { connect } from './connection';
import { byId, setShown, setText } from './elements';
import { clock, count } from './format';
import { bindKeys } from './keys';
import { LiveRecord } from './record';
import { type Column } from './sorting';
import { TailTable } from './tail-table';
import { PathTable } from './path-table';

const SORT_KEYS: Readonly<Record<string, Column>> = {
  r: 'rate',
  h: 'hits',
  c: 'clientErrors',
  e: 'failed',
  o: 'overridden',
  l: 'p95Ms',
  t: 'path',
};

const record = new LiveRecord();
const cards = new Cards(record);
const paths = new PathTable(record);
const tail = new TailTable(record);
const help = byId('help') as DialogElement;
const pauseButton = byId('pause');

let link: 'connecting' | 'live' | 'lost' = 'connecting';
let isPaused = false;

function render(): void {
  renderState();
  if (isPaused || page.hidden) return;
  cards.render();
  paths.render();
  tail.render();
  renderAbout();
  setShown(byId('empty'), record.isEmpty && link === 'live');
  setShown(byId('tables'), !record.isEmpty);
}

function renderState(): void {
  const words = {
    connecting: 'Connecting…',
    live: isPaused ? 'Paused' : 'Live',
    lost: `Connection lost${lastSeen()}: connecting again…`,
  };
  setText(byId('state'), words[link]);
  byId('state').className = link === 'live' && isPaused ? 'paused' : link;
}

function lastSeen(): string {
  const last = record.points.at(-1);
  return last === undefined ? '' : ` at ${clock(last.atMs)}`;
}

function renderAbout(): void {
  const { name, url, target } = record.about;
  const { requests, failed, overridden } = record.totals;
  setText(byId('name'), name);
  setText(byId('route'), url === '' ? '' : `${url} → ${target}`);
  setText(byId('curl'), `curl ${url}`);
  setText(
    byId('totals'),
    `${count(requests)} requests since the start, ${count(failed)} failed, ${count(overridden)} overridden`,
  );
  setText(byId('before'), requests === 0 ? '' : `${count(requests)} came before this page was opened.`);
  if (name !== '') page.title = `${name} · live`;
}

function togglePause(): void {
  isPaused = !isPaused;
  pauseButton.setAttribute('aria-pressed', String(isPaused));
  setText(pauseButton, isPaused ? 'Resume' : 'Pause');
  render();
}

function toggleHelp(): void {
  if (help.open) help.close();
  else help.showModal();
}

/** Clears the filter, unless the dialog is open: the browser closes the dialog itself. */
function escape(): void {
  if (!help.open) tail.clearFilter();
}

pauseButton.addEventListener('click', togglePause);
byId('help-open').addEventListener('click', toggleHelp);
byId('help-close').addEventListener('click', toggleHelp);
page.addEventListener('visibilitychange', render);
bindKeys(
  {
    ' ': togglePause,
    '/': () => tail.focusFilter(),
    '?': toggleHelp,
    p: () => tail.toggleProbes(),
    ...Object.fromEntries(Object.entries(SORT_KEYS).map(([key, column]) => [key, () => paths.sort(column)])),
  },
  escape,
);
connect({
  welcome(welcome) {
    link = 'live';
    record.welcome(welcome);
    render();
  },
  update(update) {
    link = 'live';
    record.add(update);
    render();
  },
  lost() {
    link = 'lost';
    renderState();
  },
});
