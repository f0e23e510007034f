import { type ExchangeRecord } from '../../tunnel/exchange';
import { type LogEntry } from './entry';
import { milliseconds } from './milliseconds';
import { isoTime } from './format';
import { jsonText } from './escape';
import { traceIdIn } from '../trace-context';

/** Formats a line as one JSON object. Fields without a value are omitted; docs/telemetry.md lists all fields. */
export function jsonLine(entry: LogEntry): string {
  const { exchange, fields } = entry;
  const { startedAtMs, queuedMs, firstByteAtMs, endedAtMs, connectMs } = exchange;
  return (
    `{"level":"info","time":"${isoTime(entry.startedEpochMs)}","message":"exchange","client":"${entry.client}"` +
    text(',"method":"', jsonText(exchange.method)) +
    text(',"path":"', entry.path) +
    `,"protocol":"${exchange.protocol}"` +
    status(',"status":', exchange.sentStatus) +
    status(',"targetStatus":', exchange.targetStatus) +
    `,"overridden":${exchange.isOverridden ? 'true' : 'false'}` +
    `,"bytesIn":${exchange.requestBytes},"bytesOut":${exchange.responseBytes}` +
    (firstByteAtMs === 0 ? '' : `,"ttfbMs":${milliseconds(firstByteAtMs - startedAtMs)}`) +
    `,"durationMs":${milliseconds(endedAtMs - startedAtMs)}` +
    (queuedMs === 0 ? '' : `,"queueMs":${milliseconds(queuedMs)}`) +
    (connectMs === 0 ? '' : `,"connectMs":${milliseconds(connectMs)}`) +
    `,"termination":"${exchange.termination ?? ''}"` +
    (exchange.violation === undefined ? '' : violation(exchange.violation, entry.showsFaultyLines)) +
    (exchange.discardedTrailers === 0 ? '' : `,"discardedTrailers":${exchange.discardedTrailers}`) +
    text(',"requestId":"', jsonText(fields.requestId)) +
    text(',"traceId":"', traceIdIn(fields.traceparent)) +
    text(',"userAgent":"', jsonText(fields.userAgent)) +
    text(',"referer":"', jsonText(entry.referer)) +
    '}'
  );
}

const violation = ({ rule, line }: NonNullable<ExchangeRecord['violation']>, showsLine: boolean): string =>
  `,"rule":"${rule}"${showsLine ? text(',"line":"', jsonText(line)) : ''}`;

const text = (key: string, value: string): string => (value === '' ? '' : `${key}${value}"`);

const status = (key: string, code: number): string => (code === 0 ? '' : `${key}${code}`);
