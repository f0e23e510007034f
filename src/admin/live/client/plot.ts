import type uPlotClass from 'uplot';
import { type LivePoint } from '../../../telemetry/live/messages';
import { type PageElement, browser, page } from './browser';
import { clock } from './format';
import { type Curve, type Measure } from './measures';

/** The chart library, loaded by an inline script before this one. */
declare const uPlot: typeof uPlotClass;

/** The time span of a chart grows with the available data, between these limits. */
const MIN_SHOWN_SECONDS = 60;
const MAX_SHOWN_SECONDS = 300;
/** The distance between two points from which the curve has a gap, because data is missing. */
const GAP_SECONDS = 2.5;
const TIME_STEPS = [10, 15, 30, 60, 120, 180, 300];
/** The distance from the right end in which labels would be cut off, as a share of the time span. */
const MARGIN = 0.08;
const FONT = '11px system-ui, sans-serif';
const POINT_SIZE = 4;
const NARROW = 260;

export interface Plot {
  draw(points: readonly LivePoint[]): void;
  resize(): void;
  destroy(): void;
}

/**
 * Creates a chart.
 * @param onPoint receives the point under the pointer, in this chart or another, or `undefined` when the pointer has
 * left
 */
export function createPlot(
  measure: Measure,
  parent: PageElement,
  onPoint: (point: LivePoint | undefined) => void,
): Plot {
  let drawn: readonly (LivePoint | undefined)[] = [];
  const setCursor = ({ cursor }: uPlotClass): void =>
    onPoint(typeof cursor.idx === 'number' ? drawn[cursor.idx] : undefined);
  // `parent` is an HTMLElement, a type that is not declared in this program.
  const plot = new uPlot({ ...options(measure, parent), hooks: { setCursor: [setCursor] } }, [[]], parent);
  return {
    draw(points) {
      drawn = withGaps(points);
      plot.setData(columnsOf(measure, drawn));
    },
    resize: () => plot.setSize(sizeOf(parent)),
    destroy: () => plot.destroy(),
  };
}

function options(measure: Measure, parent: PageElement): uPlotClass.Options {
  return {
    ...sizeOf(parent),
    padding: [8, 0, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'live' }, drag: { x: false, y: false }, y: false, points: { size: 6 } },
    scales: {
      x: {
        range: (_plot, min, max) => [max - Math.min(Math.max(max - min, MIN_SHOWN_SECONDS), MAX_SHOWN_SECONDS), max],
      },
      y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, measure.leastTop)] },
    },
    axes: [
      {
        ...axis(),
        space: 60,
        size: 22,
        incrs: TIME_STEPS,
        grid: { show: false },
        values: timesOf,
      },
      {
        ...axis(),
        space: 32,
        size: parent.clientWidth < NARROW ? 44 : 52,
        grid: { stroke: colorOf('--grid'), width: 1 },
        values: (_plot, splits) => splits.map((value) => measure.format(value)),
      },
    ],
    series: [{}, ...curvesToDraw(measure).map((curve) => seriesOf(curve, measure))],
  };
}

function timesOf({ scales }: uPlotClass, splits: readonly number[]): string[] {
  const { min = 0, max = 0 } = scales['x'] ?? {};
  const last = max - MARGIN * (max - min);
  return splits.map((seconds) => (seconds > last ? '' : clock(seconds * 1000, seconds % 60 === 0)));
}

function axis(): uPlotClass.Axis {
  return { stroke: colorOf('--muted'), font: FONT, ticks: { show: false }, gap: 4 };
}

function seriesOf({ color }: Curve, measure: Measure): uPlotClass.Series {
  const stroke = colorOf(color);
  const steps = uPlot.paths.stepped?.({ align: -1 });
  return {
    stroke,
    width: measure.isStacked ? 0 : 1.5,
    ...(measure.isStacked && steps !== undefined && { paths: steps }),
    fill: measure.isStacked ? stroke : `${stroke}${measure.hasDots ? '00' : '1f'}`,
    points: { show: measure.hasDots, filter: lonePoints, size: POINT_SIZE, width: 0, fill: stroke },
  };
}

function lonePoints({ data }: uPlotClass, series: number): number[] {
  const values = data[series] ?? [];
  const isThere = (at: number): boolean => typeof values[at] === 'number';
  return [...values.keys()].filter((at) => isThere(at) && !isThere(at - 1) && !isThere(at + 1));
}

/** Orders the curves for drawing. Of stacked curves the total is drawn first and the smaller sums over it. */
const curvesToDraw = ({ curves, isStacked }: Measure): readonly Curve[] => (isStacked ? curves.toReversed() : curves);

function columnsOf(measure: Measure, points: readonly (LivePoint | undefined)[]): uPlotClass.AlignedData {
  const times = points.map((point, index) => (point?.atMs ?? (points[index - 1]?.atMs ?? 0) + 1000) / 1000);
  return [times, ...(measure.isStacked ? stacked(measure, points) : flat(measure, points))];
}

const flat = ({ curves }: Measure, points: readonly (LivePoint | undefined)[]): (number | null)[][] =>
  curves.map((curve) => points.map((point) => (point === undefined ? null : curve.of(point))));

function stacked(measure: Measure, points: readonly (LivePoint | undefined)[]): (number | null)[][] {
  const sums = points.map(() => 0);
  const columns = measure.curves.map((curve) =>
    points.map((point, index) => {
      if (point === undefined) return null;
      return (sums[index] = (sums[index] ?? 0) + (curve.of(point) ?? 0));
    }),
  );
  return columns.toReversed();
}

function withGaps(points: readonly LivePoint[]): (LivePoint | undefined)[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const isGap = before !== undefined && point.atMs - before.atMs > GAP_SECONDS * 1000;
    return isGap ? [undefined, point] : [point];
  });
}

const sizeOf = (parent: PageElement): { width: number; height: number } => ({
  width: Math.max(parent.clientWidth, 120),
  height: 112,
});

const colorOf = (name: string): string => browser.getComputedStyle(page.documentElement).getPropertyValue(name).trim();
