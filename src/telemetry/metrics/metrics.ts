import { type ExchangeRecord } from '../../tunnel/exchange';
import { capabilities } from '../../net/capabilities';
import { ExchangeCounters } from './exchange-counters';
import { exchangeFamilies } from './exchange-metrics';
import { counter, type MetricFamily, gauge, type NumberPoint, onePoint, updown } from './metric-family';
import { type ProcessReader, droppedLogLines, processFamilies } from './process-metrics';
import { renderPrometheus } from './prometheus';

/** Sources of metrics that other modules maintain. Each is read only when the metrics are read. */
export interface MetricSources {
  readonly version: string;
  readonly process: ProcessReader;
  readonly connections: () => {
    readonly open: number;
    readonly total: number;
    readonly refused: number;
    readonly evicted: number;
    readonly memory: { readonly usedBytes: number; readonly limitBytes: number };
    readonly discardedBytes: number;
  };
  /** Returns the number of lost log lines. */
  readonly droppedLogLines: () => number;
  /** Returns the number of accepted and of unusable changes of the page. */
  readonly pageReloads: () => { readonly taken: number; readonly refused: number };
  /** Returns the counts of records for the dashboard; omitted if no dashboard is configured. */
  readonly push?: () => { readonly sent: number; readonly dropped: number; readonly failedAttempts: number };
}

export interface Metrics {
  onRequest(): void;
  onResponse(exchange: ExchangeRecord): void;
  onEnd(exchange: ExchangeRecord, isOfProbe?: boolean): void;
  /** Returns all current metrics. */
  readonly families: () => Promise<readonly MetricFamily[]>;
  /** Returns all current metrics as Prometheus text. */
  readonly prometheus: () => Promise<string>;
}

/** Counts every exchange and creates all metrics on request. */
export function createMetrics(sources: MetricSources): Metrics {
  const counters = new ExchangeCounters();
  const families = async (): Promise<readonly MetricFamily[]> => [
    ...exchangeFamilies(counters),
    ...ownFamilies(sources),
    ...(await processFamilies(sources.process)),
  ];
  return {
    onRequest: () => counters.onRequest(),
    onResponse: (exchange) => counters.onResponse(exchange),
    onEnd: (exchange, isOfProbe) => counters.onEnd(exchange, isOfProbe),
    families,
    prometheus: async () => renderPrometheus(await families()),
  };
}

function ownFamilies({ version, process, connections, ...others }: MetricSources): readonly MetricFamily[] {
  const { open, total, refused, evicted, memory, discardedBytes } = connections();
  const { taken, refused: unusable } = others.pageReloads();
  return [
    updown('ambassador.connections.open', '{connection}', 'Open client connections.', onePoint(open)),
    counter(
      'ambassador.connections',
      '{connection}',
      'Client connections since the start, by result: accepted or refused.',
      byResult({ accepted: total - refused, refused }),
    ),
    counter(
      'ambassador.connections.evicted',
      '{connection}',
      'Client connections that were closed because the memory budget was exhausted.',
      onePoint(evicted),
    ),
    counter(
      'ambassador.discarded',
      'By',
      'Content of the target that was received and discarded, for example after an override.',
      onePoint(discardedBytes),
    ),
    updown('ambassador.memory.used', 'By', 'Memory that connections hold.', onePoint(memory.usedBytes)),
    updown('ambassador.memory.limit', 'By', 'Memory that connections may hold.', onePoint(memory.limitBytes)),
    droppedLogLines(others.droppedLogLines()),
    counter(
      'ambassador.page.reloads',
      '{reload}',
      'Reloads of the page, by result: accepted or refused.',
      byResult({ accepted: taken, refused: unusable }),
    ),
    ...(others.push === undefined ? [] : pushFamilies(others.push())),
    nodeCapabilities(),
    gauge(['ambassador.build', 'ambassador_build_info'], '{build}', 'Always 1; the labels contain the versions.', [
      { attributes: { version, node: process.version }, value: 1 },
    ]),
  ];
}

const nodeCapabilities = (): MetricFamily =>
  gauge(
    'ambassador.node.capability',
    '{capability}',
    'Whether this version of Node supports a socket technique: 1, or 0 if a slower one is used.',
    [
      { attributes: { capability: 'shared_reads' }, value: Number(capabilities.sharedReads) },
      { attributes: { capability: 'direct_writes' }, value: Number(capabilities.directWrites) },
    ],
  );

function pushFamilies(push: ReturnType<NonNullable<MetricSources['push']>>): readonly MetricFamily[] {
  return [
    counter('ambassador.push.records', '{record}', 'Records for the dashboard, by result: sent or dropped.', [
      { attributes: { result: 'sent' }, value: push.sent },
      { attributes: { result: 'dropped' }, value: push.dropped },
    ]),
    counter(
      'ambassador.push.failed_attempts',
      '{attempt}',
      'Failed attempts to send records. The records are kept for the next attempt.',
      onePoint(push.failedAttempts),
    ),
  ];
}

const byResult = (results: { readonly accepted: number; readonly refused: number }): readonly NumberPoint[] =>
  Object.entries(results).map(([result, value]) => ({ attributes: { result }, value }));
