import { type Recording } from '../servers/tap';
import { hasSameMarks } from './echo';
import { headsOf, readForwarded } from './forwarded';
import { disagreement, type Disagreement } from './verdict';

/** One line of the access log. */
export interface AccessRecord {
  readonly method: string;
  readonly target: string;
  readonly status: number;
}

/** These settings make the ambassador write the lines that {@link readAccessLog} reads. */
export const ACCESS_LOG = { LOG_LEVEL: 'info', LOG_FORMAT: 'combined', LOG_QUERY: 'on' } as const;

const LINE = /^\S+ - - \[[^\]]*\] "((?:[^"\\]|\\.)*)" (\d{3}) /;
const REQUEST = /^(\S*) (.*?)(?: HTTP\/\d\.\d)?$/;

/** Reads Apache's combined log; lines of another kind are left out. */
export function readAccessLog(lines: readonly string[]): readonly AccessRecord[] {
  return lines.flatMap((line) => {
    const [, request, status] = LINE.exec(line) ?? [];
    if (request === undefined) return [];
    const [, method = '', target = ''] = REQUEST.exec(request) ?? [];
    return [{ method, target, status: Number(status) }];
  });
}

/** The target of a request that ends the records of one case. */
const MARKER = /^\/marker-(\d+)$/;

/** A request that the ambassador refuses for its missing Host field, and records. */
export const markerRequest = (index: number): string => `GET /marker-${index} HTTP/1.1\r\n\r\n`;

/** The records before each marker, by the marker's number. */
export function splitAtMarkers(records: readonly AccessRecord[]): ReadonlyMap<number, readonly AccessRecord[]> {
  const parts = new Map<number, readonly AccessRecord[]>();
  let part: AccessRecord[] = [];
  for (const record of records) {
    const index = MARKER.exec(record.target)?.[1];
    if (index === undefined) part.push(record);
    else {
      parts.set(Number(index), part);
      part = [];
    }
  }
  return parts;
}

/** The log cuts what is too long. */
const isMethod = (recorded: string, method: string): boolean =>
  recorded === method || (recorded.endsWith('...') && method.startsWith(recorded.slice(0, -3)));

/** Requests that were forwarded and not recorded, or the reverse. Requests that were refused need no target. */
export function judgeRecords(
  records: readonly AccessRecord[],
  recordings: readonly Recording[],
): Disagreement | undefined {
  const heads = recordings.flatMap(({ toTarget, fromTarget }) => headsOf(readForwarded(toTarget, fromTarget)));
  // An exchange is recorded when it ends.
  const isOpen = recordings.some(({ isOver }) => !isOver);
  const left = [...records];
  for (const { method, target } of heads) {
    const found = left.findIndex((record) => isMethod(record.method, method) && hasSameMarks(record.target, target));
    if (found < 0 && !isOpen)
      return disagreement('record', `${method} ${target} was forwarded and is not in the access log`);
    if (found >= 0) left.splice(found, 1);
  }
  const untrue = left.find(({ status }) => status < 400);
  if (untrue === undefined) return undefined;
  return disagreement('record', `${untrue.method} ${untrue.target} is in the access log and was not forwarded`);
}
