import { type ExchangeRecord } from '../../tunnel/exchange';
import { capabilities } from '../../net/capabilities';
import { ExchangeCounters } from './exchange-counters';
import { exchangeFamilies } from './exchange-metrics';
import { counter, type MetricFamily, gauge, type NumberPoint, onePoint, updown } from './metric-family';
import { type ProcessReader, droppedLogLines, processFamilies } from './process-metrics';
import { renderPrometheus } from './prometheus';

/** Where numbers come from that others keep. Each is asked when the metrics are, and at no other time. */
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
  /** Lines of the log that were lost. */
  readonly droppedLogLines: () => number;
  /** New contents of the page that were taken, and that could not be used. */
  readonly pageReloads: () => { readonly taken: number; readonly refused: number };
  /** Records for the fleet's dashboard; left out where none is told. */
  readonly push?: () => { readonly sent: number; readonly dropped: number; readonly failedAttempts: number };
}

export interface Metrics {
  onRequest(): void;
  onResponse(exchange: ExchangeRecord): void;
  onEnd(exchange: ExchangeRecord, isOfProbe?: boolean): void;
  /** All metrics now. */
  readonly families: () => Promise<readonly MetricFamily[]>;
  /** All metrics now, as Prometheus text. */
  readonly prometheus: () => Promise<string>;
}

/** Counts every exchange that it is told of, and says everything that is known when it is asked. */
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
    updown('ambassador.connections.open', '{connection}', 'Connections of clients that are open.', onePoint(open)),
    counter(
      'ambassador.connections',
      '{connection}',
      'Connections of clients so far, by whether they were let in.',
      byResult({ accepted: total - refused, refused }),
    ),
    counter(
      'ambassador.connections.evicted',
      '{connection}',
      'Connections of clients that were closed because the memory budget was exhausted.',
      onePoint(evicted),
    ),
    counter(
      'ambassador.discarded',
      'By',
      'Content of the service that was received and discarded, after an override for example.',
      onePoint(discardedBytes),
    ),
    updown('ambassador.memory.used', 'By', 'Memory that connections hold, by account.', onePoint(memory.usedBytes)),
    updown('ambassador.memory.limit', 'By', 'Memory that connections may hold.', onePoint(memory.limitBytes)),
    droppedLogLines(others.droppedLogLines()),
    counter(
      'ambassador.page.reloads',
      '{reload}',
      'New contents of the page, by whether they could be used.',
      byResult({ accepted: taken, refused: unusable }),
    ),
    ...(others.push === undefined ? [] : pushFamilies(others.push())),
    nodeCapabilities(),
    gauge(['ambassador.build', 'ambassador_build_info'], '{build}', 'Always 1; the labels say what is running.', [
      { attributes: { version, node: process.version }, value: 1 },
    ]),
  ];
}

const nodeCapabilities = (): MetricFamily =>
  gauge(
    'ambassador.node.capability',
    '{capability}',
    'Whether this version of Node supports a socket technique: 1, or 0 where the same bytes take a slower way.',
    Object.entries(capabilities).map(([capability, isSupported]) => ({
      attributes: { capability: capability === 'sharedReads' ? 'shared_reads' : 'direct_writes' },
      value: isSupported ? 1 : 0,
    })),
  );

function pushFamilies(push: ReturnType<NonNullable<MetricSources['push']>>): readonly MetricFamily[] {
  return [
    counter('ambassador.push.records', '{record}', 'Records for the dashboard, by what became of them.', [
      { attributes: { result: 'sent' }, value: push.sent },
      { attributes: { result: 'dropped' }, value: push.dropped },
    ]),
    counter(
      'ambassador.push.failed_attempts',
      '{attempt}',
      'Attempts to send records that failed; the records are kept for the next one.',
      onePoint(push.failedAttempts),
    ),
  ];
}

const byResult = (results: { readonly accepted: number; readonly refused: number }): readonly NumberPoint[] =>
  Object.entries(results).map(([result, value]) => ({ attributes: { result }, value }));
