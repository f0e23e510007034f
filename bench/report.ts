import { memoryAim, ratioAim } from './goals';
import { OURS, type Contender } from './contenders';
import { type Outcome } from './rounds';
import { type Sample } from './environment';
import { median, roundRatios, spread } from './statistics';

/** Markdown: what ours costs beside each contender, one row a workload. */
export function summary(outcomes: readonly Outcome[]): string {
  const others = [...new Set(outcomes.flatMap(({ samples }) => [...samples.keys()]))].filter(
    ({ name }) => name !== OURS,
  );
  const rows = outcomes.flatMap((outcome) => {
    const ours = columnOf(outcome, OURS);
    if (!ours) return [];
    const { name, measure } = outcome.workload;
    const cells = others.map((other) => ratioCell(name, other.name, ours, columnOf(outcome, other.name)));
    return [[name, measure.merit, ...cells]];
  });
  if (rows.length === 0) return '';
  return `## Ratios\n\n${table(['ours ÷ other', 'of', ...others.map(({ title }) => title)], rows)}`;
}

/** The figure of merit of one contender, a value for each round. */
function columnOf({ samples, workload }: Outcome, name: string): readonly number[] | undefined {
  for (const [contender, taken] of samples) {
    if (contender.name === name) return taken.map((sample) => sample[workload.measure.merit] ?? NaN);
  }
  return undefined;
}

function ratioCell(workload: string, other: string, ours: readonly number[], theirs: readonly number[] = []): string {
  if (theirs.length === 0) return '–';
  const ratio = median(roundRatios(ours, theirs));
  const aim = ratioAim(workload, other);
  return aim === undefined ? ratio.toFixed(2) : `${ratio.toFixed(2)} (aim ${aim.toFixed(2)} ${mark(ratio <= aim)})`;
}

const mark = (isReached: boolean): string => (isReached ? '✓' : '✗');

/** Markdown: all figures of one workload, a row for each contender. */
export function details(outcome: Outcome): string {
  const { title, name, what, measure } = outcome.workload;
  const figures = Object.keys(measure.figures);
  const ours = columnOf(outcome, OURS);
  const rows = [...outcome.samples].map(([contender, samples]) => [
    contender.title,
    ...figures.flatMap((figure) => figureCells(outcome, figure, samples)),
    ...ratioCells(ours, columnOf(outcome, contender.name)),
  ]);
  const head = figures.flatMap((figure) => (figure === measure.merit ? [`**${figure}**`, 'from–to'] : [figure]));
  return [
    `### ${title} (\`${name}\`)`,
    what,
    table(['', ...head, 'ours ÷ it', 'from–to'], rows),
    memorySentence(outcome),
    ...outcome.failures.map((failure) => `Took no part: ${failure}.`),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function figureCells(outcome: Outcome, figure: string, samples: readonly Sample[]): readonly string[] {
  const { figures, merit } = outcome.workload.measure;
  const digits = figures[figure] ?? 0;
  const values = samples.map((sample) => sample[figure] ?? NaN);
  const middle = median(values).toFixed(digits);
  return figure === merit ? [middle, range(values, digits)] : [middle];
}

function ratioCells(ours: readonly number[] | undefined, theirs: readonly number[] | undefined): readonly string[] {
  if (!ours || !theirs || ours === theirs) return ['–', '–'];
  const ratios = roundRatios(ours, theirs);
  return [median(ratios).toFixed(2), range(ratios, 2)];
}

function range(values: readonly number[], digits: number): string {
  const [from, to] = spread(values);
  return `${from.toFixed(digits)}–${to.toFixed(digits)}`;
}

function memorySentence({ workload, samples }: Outcome): string {
  const ours = [...samples].find(([contender]) => contender.name === OURS)?.[1] ?? [];
  const peaks = ours.map((sample) => sample['peak MiB']).filter((peak) => peak !== undefined);
  if (peaks.length === 0) return '';
  const peak = Math.max(...peaks);
  const aim = memoryAim(workload.name);
  return `Peak memory of ours: ${peak.toFixed(0)} MiB (aim ${aim} ${mark(peak <= aim)}).`;
}

/** Who is not here, and how to have them. */
export function absent(contenders: readonly Contender[]): string {
  return contenders
    .flatMap(({ name, missing }) => (missing === undefined ? [] : [`- ${name} is missing: ${missing}`]))
    .join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
