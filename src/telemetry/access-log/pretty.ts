import { type LogEntry } from './entry';
import { milliseconds } from './milliseconds';
import { jsonText } from './escape';

/**
 * Formats a line for a person at a terminal, in local time: `[12:00:00.123] GET /missing 404 overridden 1.2 KiB 3.456
 * ms`.
 */
export const prettyLine = (entry: LogEntry): string => line(entry, (text) => text);

/** Formats the same line with the status in the colour of its class: green, cyan, yellow, red. */
export const colouredLine = (entry: LogEntry): string =>
  line(entry, (text, code) => `\x1b[${COLOURS[Math.floor(code / 100)] ?? RED}m${text}\x1b[39m`);

const RED = 31;
const COLOURS: readonly number[] = [RED, 36, 32, 36, 33, RED];

function line(entry: LogEntry, paint: (text: string, code: number) => string): string {
  const { exchange } = entry;
  const words = [
    `[${timeOfDay(entry.startedEpochMs)}]`,
    jsonText(exchange.method) || exchange.protocol,
    entry.path,
    paint(statuses(entry), exchange.sentStatus),
    exchange.isOverridden ? 'overridden' : '',
    size(exchange.responseBytes),
    `${milliseconds(exchange.endedAtMs - exchange.startedAtMs)} ms`,
    exchange.termination === 'ok' ? '' : (exchange.termination ?? ''),
    ...violation(entry),
    entry.client,
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** Lists the violated rule and its line. The termination of a rejected request names the rule already. */
function violation({ exchange, showsFaultyLines }: LogEntry): readonly string[] {
  if (exchange.violation === undefined) return [];
  const { rule, line } = exchange.violation;
  return [
    exchange.termination === 'target-malformed' ? `(${rule})` : '',
    showsFaultyLines && line !== '' ? `"${jsonText(line)}"` : '',
  ];
}

function timeOfDay(epochMs: number): string {
  const date = new Date(epochMs);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((n) => String(n).padStart(2, '0'));
  return `${clock.join(':')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Formats the status; if the target's status and the sent status differ, both of them. */
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
