import { setTimeout as sleep } from 'node:timers/promises';
import { memory, processorTime, type ProcessorTime } from './accounting';
import { fixedRate, hold, type Holding, type Latency, type Work } from './load';
import { median } from './statistics';
import { type Measure, type Sample, type Stage } from './environment';

const WARM_UP_SECONDS = 1;
/** What it takes until V8 has compiled what is hot; as many runs at most, for those that are slow. */
const WARM_UP_UNITS = { request: 30_000, echo: 30_000, MiB: 500 };
const WARM_UP_RUNS = 7;
/** More than so many requests at the fixed rate. To compile a hot function takes up to 7 ms, and 35 requests then wait. */
const LATENCY_WARM_UP_SECONDS = 8;

/** Processor time of the contender for each unit of work that the load got done. */
export function processorTimeOf(unit: keyof typeof WARM_UP_UNITS, load: (stage: Stage) => Promise<Work>): Measure {
  const merit = `µs/${unit}`;
  const rate = { request: 'requests/s', echo: 'echoes/s', MiB: 'MiB/s' }[unit];
  return {
    merit,
    figures: { [merit]: unit === 'MiB' ? 0 : 1, 'of it kernel': 1, [rate]: 0, 'RSS MiB': 0, 'peak MiB': 0 },
    isFresh: false,
    warmUp: async (stage) => {
      let done = 0;
      for (let i = 0; i < WARM_UP_RUNS && done < WARM_UP_UNITS[unit]; i++) {
        done += (await load({ ...stage, seconds: WARM_UP_SECONDS })).units;
      }
    },
    sample: async (stage) => {
      const { pid } = stage.running.child;
      const before = processorTime(pid);
      const work = await load(stage);
      const spent = since(before, processorTime(pid));
      return {
        [merit]: ((spent.userMs + spent.systemMs) * 1000) / work.units,
        'of it kernel': (spent.systemMs * 1000) / work.units,
        [rate]: work.units / work.seconds,
        units: work.units,
        ...memoryFigures(pid),
      };
    },
  };
}

function since(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  return { userMs: after.userMs - before.userMs, systemMs: after.systemMs - before.systemMs };
}

function memoryFigures(pid: number): Sample {
  const { residentMiB, peakMiB } = memory(pid);
  return { 'RSS MiB': residentMiB, 'peak MiB': peakMiB };
}

const latencyFigures = ({ p50, p99, p999, max }: Latency): Sample => ({
  'p99 µs': p99,
  'p50 µs': p50,
  'p99.9 µs': p999,
  'max µs': max,
});

export const latency: Measure = {
  merit: 'p99 µs',
  figures: { 'p50 µs': 0, 'p99 µs': 0, 'p99.9 µs': 0, 'max µs': 0 },
  isFresh: false,
  warmUp: (stage) => fixedRate({ ...stage, seconds: LATENCY_WARM_UP_SECONDS }),
  sample: async (stage) => latencyFigures(await fixedRate(stage)),
};

const SCRAPE_INTERVAL_MS = 100;

export const scraped: Measure = {
  ...latency,
  figures: { ...latency.figures, 'scrape ms': 1 },
  sample: async (stage) => {
    const url = stage.running.metricsUrl;
    if (url === undefined) throw new Error('it has no metrics to scrape');
    await scrape(url); // no metrics there: say so before the load starts
    const until = new AbortController();
    const [found, scrapes] = await Promise.all([
      fixedRate(stage).finally(() => until.abort()),
      scrapeAgainAndAgain(url, until.signal),
    ]);
    return { ...latencyFigures(found), 'scrape ms': median(scrapes) };
  },
};

async function scrapeAgainAndAgain(url: string, until: AbortSignal): Promise<readonly number[]> {
  const took: number[] = [];
  while (!until.aborted) {
    took.push(await scrape(url));
    await sleep(SCRAPE_INTERVAL_MS);
  }
  return took;
}

/** Fetches the metrics and gives the milliseconds that it took. */
async function scrape(url: string): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  await response.text();
  return performance.now() - startedAt;
}

export function heldMemory(holding: Omit<Holding, 'port'>): Measure {
  return {
    merit: 'RSS MiB',
    figures: { 'RSS MiB': 1, 'peak MiB': 1 },
    isFresh: true,
    rounds: 2,
    sample: async ({ running, dir }) => {
      const held = await hold({ ...holding, port: running.port }, dir);
      try {
        return await settledMemory(running.child.pid);
      } finally {
        await held.release();
      }
    },
  };
}

export const startUp: Measure = {
  merit: 'ms',
  figures: { ms: 0, 'processor ms': 0, 'RSS MiB': 1 },
  isFresh: true,
  sample: async ({ running }) => ({
    ms: running.startedInMs,
    'processor ms': running.startedWithMs,
    ...(await settledMemory(running.child.pid)),
  }),
};

const SETTLED_FOR_MS = 500;
const SETTLED_WITHIN_MIB = 0.25;
const SETTLE_LIMIT = 40;

/** Memory once it has stayed the same for half a second. */
async function settledMemory(pid: number): Promise<Sample> {
  let last = memory(pid).residentMiB;
  for (let i = 0; i < SETTLE_LIMIT; i++) {
    await sleep(SETTLED_FOR_MS);
    const now = memory(pid).residentMiB;
    if (Math.abs(now - last) < SETTLED_WITHIN_MIB) break;
    last = now;
  }
  return memoryFigures(pid);
}

/** The same, and how many lines came out of the log for each request: a line that was dropped costs nothing. */
export function withLines(measure: Measure): Measure {
  return {
    ...measure,
    figures: { ...measure.figures, 'lines/request': 2 },
    sample: async (stage) => {
      const before = stage.running.lines();
      const sample = await measure.sample(stage);
      const lines = stage.running.lines() - before;
      return { ...sample, 'lines/request': lines / (sample['units'] ?? NaN) };
    },
  };
}
