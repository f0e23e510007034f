import { maxOpenFiles, readdir } from '../../fs';
import { counter, type MetricFamily, gauge, onePoint, updown } from './metric-family';

/** What only the process itself can say: `process` has it all. */
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
 * Processor, memory, files, event loop, read when asked and at no other time. How busy the event loop is comes from a count
 * that Node keeps anyway; a histogram of its lag would need a timer that wakes the process a hundred times a second.
 */
export async function processFamilies(process: ProcessReader): Promise<readonly MetricFamily[]> {
  const { user, system } = process.cpuUsage();
  const memory = process.memoryUsage();
  const loop = performance.eventLoopUtilization();
  return [
    counter(
      ['process.cpu.time', 'process_cpu_seconds_total'],
      's',
      'Processor time in user and kernel mode.',
      onePoint((user + system) / 1e6),
    ),
    bytes(['process.memory.usage', 'process_resident_memory_bytes'], 'Resident memory.', memory.rss),
    bytes(['v8js.memory.heap.used', 'nodejs_heap_size_used_bytes'], 'JavaScript heap in use.', memory.heapUsed),
    bytes(['v8js.memory.heap.limit', 'nodejs_heap_size_total_bytes'], 'JavaScript heap reserved.', memory.heapTotal),
    bytes(['nodejs.memory.external', 'nodejs_external_memory_bytes'], 'Memory of buffers.', memory.external),
    gauge(
      ['process.start.time', 'process_start_time_seconds'],
      's',
      'When the process started, seconds of the epoch.',
      onePoint(performance.timeOrigin / 1000),
    ),
    counter(
      'nodejs.eventloop.time',
      's',
      'Time of the event loop by what it did: its share of active is how near it is to its limit.',
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

/** @param lines that the log of this process has lost */
export const droppedLogLines = (lines: number): MetricFamily =>
  counter(
    'ambassador.log.dropped_lines',
    '{line}',
    'Lines of the log that were lost because their reader did not keep up.',
    onePoint(lines),
  );

/** Linux only: elsewhere there is no /proc, and these numbers are left out. */
async function fileFamilies(): Promise<readonly MetricFamily[]> {
  try {
    const open = await readdir('/proc/self/fd');
    return [
      updown(
        ['process.open_file_descriptor.count', 'process_open_fds'],
        '{file}',
        'Open files.',
        onePoint(open.length),
      ),
      gauge(
        ['process.max_file_descriptor.count', 'process_max_fds'],
        '{file}',
        'Maximum number of open files.',
        onePoint(maxOpenFiles()),
      ),
    ];
  } catch {
    return [];
  }
}
