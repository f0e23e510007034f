import { type LogEntry } from './log-entry';
import { milliseconds } from './number-text';
import { isoTime } from './time-text';
import { jsonText } from './plain-text';

/** For a person at a terminal: `[12:00:00.123] GET /missing 404 overridden 1.2 KiB 3.456 ms`. Times are UTC. */
export function prettyLine(entry: LogEntry): string {
  const { exchange } = entry;
  const words = [
    `[${isoTime(entry.startedEpochMs).slice('YYYY-MM-DDT'.length, -1)}]`,
    jsonText(exchange.method) || exchange.protocol,
    entry.target,
    statuses(entry),
    exchange.isOverridden ? 'overridden' : '',
    size(exchange.responseBytes),
    `${milliseconds(exchange.endedAtMs - exchange.startedAtMs)} ms`,
    exchange.termination === 'ok' ? '' : (exchange.termination ?? ''),
    entry.client,
  ];
  return `${words.filter((word) => word !== '').join(' ')}\n`;
}

/** Both of them where what the target said and what was sent differ. */
function statuses({ exchange: { sentStatus, targetStatus } }: LogEntry): string {
  if (sentStatus === 0) return '-';
  return targetStatus === 0 || targetStatus === sentStatus ? `${sentStatus}` : `${targetStatus}→${sentStatus}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function size(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? 'B'}`;
}
