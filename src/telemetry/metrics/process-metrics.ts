import { maxOpenFiles, readdir } from '../../fs';
import { counter, type MetricFamily, gauge, onePoint, updown } from './metric-family';

/** The functions of `process` that are used here. */
export interface ProcessReader {
  readonly version: string;
  cpuUsage(): { readonly user: number; readonly system: number };
  memoryUsage(): {
    readonly rss: number;
    readonly heapUsed: number;
    readonly heapTotal: number;
    readonly external: number;
  };
}

/**
 * Reads the metrics of the process: CPU, memory, files and event loop. Nothing is read between two calls. The
 * utilization of the event loop is a counter that Node maintains anyway; a histogram of its lag would need a timer that
 * wakes the process a hundred times a second.
 */
export async function processFamilies(process: ProcessReader): Promise<readonly MetricFamily[]> {
  const { user, system } = process.cpuUsage();
  const memory = process.memoryUsage();
  const loop = performance.eventLoopUtilization();
  return [
    counter(
      ['process.cpu.time', 'process_cpu_seconds_total'],
      's',
      'CPU time in user and kernel mode.',
      onePoint((user + system) / 1e6),
    ),
    bytes(['process.memory.usage', 'process_resident_memory_bytes'], 'Resident memory.', memory.rss),
    bytes(['v8js.memory.heap.used', 'nodejs_heap_size_used_bytes'], 'JavaScript heap in use.', memory.heapUsed),
    bytes(['v8js.memory.heap.limit', 'nodejs_heap_size_total_bytes'], 'JavaScript heap reserved.', memory.heapTotal),
    bytes(
      ['nodejs.memory.external', 'nodejs_external_memory_bytes'],
      'Memory of buffers outside the JavaScript heap.',
      memory.external,
    ),
    gauge(
      ['process.start.time', 'process_start_time_seconds'],
      's',
      'Start time of the process, in seconds of the epoch.',
      onePoint(performance.timeOrigin / 1000),
    ),
    counter(
      'nodejs.eventloop.time',
      's',
      'Time of the event loop by state. The share of the state active is its utilization.',
      [
        { attributes: { state: 'active' }, value: loop.active / 1000 },
        { attributes: { state: 'idle' }, value: loop.idle / 1000 },
      ],
    ),
    ...(await fileFamilies()),
  ];
}

const bytes = (name: readonly [string, string], help: string, value: number): MetricFamily =>
  updown(name, 'By', help, onePoint(value));

/**
 * Creates the metric of lost log lines.
 * @param lines the number of lines that the log of this process has lost
 */
export const droppedLogLines = (lines: number): MetricFamily =>
  counter(
    'ambassador.log.dropped_lines',
    '{line}',
    'Log lines that were lost because the reader did not keep up.',
    onePoint(lines),
  );

/** Reads the metrics of open files. Other systems than Linux have no /proc; the metrics are omitted there. */
async function fileFamilies(): Promise<readonly MetricFamily[]> {
  try {
    const open = await readdir('/proc/self/fd');
    return [
      updown(
        ['process.open_file_descriptor.count', 'process_open_fds'],
        '{file}',
        'Number of open file descriptors.',
        onePoint(open.length),
      ),
      gauge(
        ['process.max_file_descriptor.count', 'process_max_fds'],
        '{file}',
        'Maximum number of open file descriptors.',
        onePoint(maxOpenFiles()),
      ),
    ];
  } catch {
    return [];
  }
}
