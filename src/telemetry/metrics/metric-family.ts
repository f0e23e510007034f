/** Attributes by their OpenTelemetry names. Attributes that do not apply are omitted. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface NumberPoint {
  readonly attributes: Attributes;
  readonly value: number;
}

export interface HistogramPoint {
  readonly attributes: Attributes;
  /** Upper bounds, inclusive. */
  readonly bounds: readonly number[];
  /** The counts per bucket, not accumulated: one more than there are bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

interface Described {
  /** OpenTelemetry's spelling: words with dots. */
  readonly name: string;
  readonly help: string;
  /** The UCUM unit: `s`, `By`, or the counted things in braces. */
  readonly unit: string;
  /** The name in Prometheus, if it differs from the one derived from `name`, `unit` and `kind`. */
  readonly prometheusName?: string;
}

/**
 * A number: `counter` only increases; `updown` goes up and down and can be added over pods; the sum of a `gauge` has no
 * meaning.
 */
interface NumberFamily extends Described {
  readonly kind: 'counter' | 'updown' | 'gauge';
  readonly points: readonly NumberPoint[];
}

interface HistogramFamily extends Described {
  readonly kind: 'histogram';
  readonly points: readonly HistogramPoint[];
}

/** One metric at one moment. All exports are generated from these. */
export type MetricFamily = NumberFamily | HistogramFamily;

/** Creates one point without attributes. */
export const onePoint = (value: number): readonly NumberPoint[] => [{ attributes: {}, value }];

/** The name in OpenTelemetry and, if it cannot be derived from it, the name in Prometheus. */
type Name = string | readonly [name: string, prometheusName: string];

export const counter = (name: Name, unit: string, help: string, points: readonly NumberPoint[]): MetricFamily => ({
  kind: 'counter',
  ...describe(name, unit, help),
  points,
});

export const updown = (name: Name, unit: string, help: string, points: readonly NumberPoint[]): MetricFamily => ({
  kind: 'updown',
  ...describe(name, unit, help),
  points,
});

export const gauge = (name: Name, unit: string, help: string, points: readonly NumberPoint[]): MetricFamily => ({
  kind: 'gauge',
  ...describe(name, unit, help),
  points,
});

export const histogram = (name: Name, unit: string, help: string, points: readonly HistogramPoint[]): MetricFamily => ({
  kind: 'histogram',
  ...describe(name, unit, help),
  points,
});

const describe = (name: Name, unit: string, help: string): Described =>
  typeof name === 'string' ? { name, unit, help } : { name: name[0], prometheusName: name[1], unit, help };
