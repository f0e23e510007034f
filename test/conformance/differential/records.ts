import { type Recording } from '../servers/recording-proxy';
import { hasSameMarks } from './echo';
import { headsOf, readForwarded } from './forwarded-requests';
import { disagreement, type Disagreement } from './verdict';

/** One line of the access log. */
export interface AccessRecord {
  readonly client: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
}

/** These settings make the ambassador write the lines that {@link readAccessLog} reads. */
export const ACCESS_LOG = { LOG_LEVEL: 'info', LOG_FORMAT: 'combined', LOG_QUERY: 'on' } as const;

/** An address of the loopback network for each case of a lane: it says which record belongs to which case. */
export const addressOf = (index: number): string => `127.1.${index >> 8}.${index & 255}`;

const LINE = /^(\S+) - - \[[^\]]*\] "((?:[^"\\]|\\.)*)" (\d{3}) /;
const REQUEST = /^(\S*) (.*?)(?: HTTP\/\d\.\d)?$/;

/** Reads Apache's combined log; lines of another kind are left out. */
export function readAccessLog(lines: readonly string[]): readonly AccessRecord[] {
  return lines.flatMap((line) => {
    const [, client, request, status] = LINE.exec(line) ?? [];
    if (client === undefined || request === undefined) return [];
    const [, method = '', target = ''] = REQUEST.exec(request) ?? [];
    return [{ client, method, target, status: Number(status) }];
  });
}

/** The records of each client. */
export function groupByClient(records: readonly AccessRecord[]): ReadonlyMap<string, readonly AccessRecord[]> {
  const groups = new Map<string, AccessRecord[]>();
  for (const record of records) groups.set(record.client, [...(groups.get(record.client) ?? []), record]);
  return groups;
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
  // An exchange is recorded when it ends, and what is forwarded later is not known here.
  const isOpen = recordings.some(({ isOver }) => !isOver);
  const left = [...records];
  for (const { method, target } of heads) {
    const found = left.findIndex((record) => isMethod(record.method, method) && hasSameMarks(record.target, target));
    if (found < 0 && !isOpen)
      return disagreement('record', `${method} ${target} was forwarded and is not in the access log`);
    if (found >= 0) left.splice(found, 1);
  }
  const untrue = left.find(({ status }) => status < 400);
  if (untrue === undefined || isOpen) return undefined;
  return disagreement('record', `${untrue.method} ${untrue.target} is in the access log and was not forwarded`);
}
