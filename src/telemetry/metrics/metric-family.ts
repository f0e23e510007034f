/** Attributes by their OpenTelemetry names. What does not apply is left out. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface NumberPoint {
  readonly attributes: Attributes;
  readonly value: number;
}

export interface HistogramPoint {
  readonly attributes: Attributes;
  /** Upper bounds, inclusive. */
  readonly bounds: readonly number[];
  /** One more than there are bounds, not accumulated. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

interface Described {
  /** OpenTelemetry's spelling: words with dots. */
  readonly name: string;
  readonly help: string;
  /** UCUM: `s`, `By`, or what is counted in braces. */
  readonly unit: string;
  /** Where Prometheus has a name of its own for it; otherwise it follows from `name`, `unit` and `kind`. */
  readonly prometheusName?: string;
}

/** A number that only rises; one that goes up and down, and can be added up over pods; one for which a sum means nothing. */
interface NumberFamily extends Described {
  readonly kind: 'counter' | 'updown' | 'gauge';
  readonly points: readonly NumberPoint[];
}

interface HistogramFamily extends Described {
  readonly kind: 'histogram';
  readonly points: readonly HistogramPoint[];
}

/** One metric at one moment. Everything that hands metrics on is made from these. */
export type MetricFamily = NumberFamily | HistogramFamily;

/** One point without attributes. */
export const onePoint = (value: number): readonly NumberPoint[] => [{ attributes: {}, value }];

/** A name of OpenTelemetry's and, where it does not follow from it, Prometheus's own. */
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
