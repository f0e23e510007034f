import { createHash } from 'node:crypto';

import {
  readRequests,
  readResponses,
  switchesProtocol,
  UNASKED,
  type ModelReading,
  type ModelRequest,
} from '../fuzz/model';
import { type Recording } from '../servers/tap';

/** What a target says that it understood. */
interface Understood {
  readonly method: string;
  readonly length: number;
  readonly digest: string;
  readonly target: string;
}

export type Verdict =
  /** Nothing reached the target. */
  | { readonly is: 'refused' }
  /** The target understood what was forwarded as it was meant. */
  | { readonly is: 'same' }
  /** The target did less than it was asked, and nothing else. */
  | { readonly is: 'stricter'; readonly why: string }
  | { readonly is: 'disagreement'; readonly why: string };

const ECHO = /^x-echo: (\S+) (\d+) ([0-9a-f]{40}) ?(.*)\r$/gim;

function echoesIn(fromTarget: Buffer): readonly Understood[] {
  return [...fromTarget.toString('latin1').matchAll(ECHO)].map(([, method = '', length, digest = '', target = '']) => ({
    method,
    length: Number(length),
    digest,
    target,
  }));
}

/** Words of the cases that a target repeats, however it writes the rest. */
const MARKS = ['smuggled', 'canary', 'second'];

function isSame(request: ModelRequest, understood: Understood): boolean {
  return (
    request.method.toUpperCase() === understood.method.toUpperCase() &&
    request.body.length === understood.length &&
    createHash('sha1').update(request.body).digest('hex') === understood.digest &&
    MARKS.every((mark) => request.target.includes(mark) === understood.target.includes(mark))
  );
}

/** Compares what a strict reader, and so the sidecar, makes of the forwarded bytes with what the target made of them. */
export function judge(recordings: readonly Recording[]): Verdict {
  const verdicts = recordings.filter(({ toTarget }) => toTarget.length > 0).map(judgeConnection);
  const found = verdicts.find(({ is }) => is === 'disagreement') ?? verdicts.find(({ is }) => is === 'stricter');
  return found ?? verdicts[0] ?? { is: 'refused' };
}

/** The tunnel is opaque from the first byte for a client that speaks TLS or HTTP/2 at once: nothing to compare. */
const isForeign = (bytes: Buffer): boolean =>
  bytes[0] === 0x16 || bytes.toString('latin1', 0, 24) === 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

function judgeConnection({ toTarget, fromTarget }: Recording): Verdict {
  if (isForeign(toTarget)) return { is: 'same' };
  const reading = readForwarded(toTarget, fromTarget);
  const { requests, ending } = reading;
  if (ending.at === 'fault') return disagreement(`forwarded what a strict reader refuses: ${ending.why}`);
  // Behind an answer that switched protocols, what the target makes of the bytes is its own affair.
  const understood = ending.at === 'opaque' ? echoesIn(fromTarget).slice(0, requests.length) : echoesIn(fromTarget);
  const stray = strayIn(requests, understood, ending.at === 'inside');
  if (stray !== undefined) return disagreement(`the target understood ${stray}; forwarded were ${told(requests)}`);
  const { responses, ending: answers } = readResponses(fromTarget, methodsOf(reading), true);
  if (answers.at === 'fault' && answers.why === UNASKED && !complainsOfContent(reading, fromTarget))
    return disagreement('the target gave more responses than requests were forwarded');
  if (understood.length === requests.length) return { is: 'same' };
  const statuses = responses.map(({ status }) => status).join(', ');
  return { is: 'stricter', why: `${told(requests)} answered ${statuses === '' ? 'by nothing' : statuses}` };
}

const disagreement = (why: string): Verdict => ({ is: 'disagreement', why });

const told = (requests: readonly ModelRequest[]): string =>
  requests.map(({ method, target, body }) => `${method} ${target} (${body.length})`).join(', ');

/** One more for the request that the end of the connection cut short: the target may answer it. */
const methodsOf = ({ requests, ending }: ModelReading): readonly string[] => [
  ...requests.map(({ method }) => method),
  ...(ending.at === 'inside' ? ['POST'] : []),
];

/**
 * Node answers a request early (417) and then again, with 400, when its content is cut short or not to its taste (white space
 * in a chunk extension): one request all the same.
 */
function complainsOfContent(reading: ModelReading, fromTarget: Buffer): boolean {
  const { responses, ending } = readResponses(fromTarget, [...methodsOf(reading), 'POST'], true);
  const [early, last] = responses.slice(-2);
  if (ending.at === 'fault' || last?.status !== 400) return false;
  return reading.ending.at === 'inside' || early?.status === 417;
}

/** An answer that switched protocols makes what follows opaque; which one did is only known from the answers. */
function readForwarded(toTarget: Buffer, fromTarget: Buffer): ModelReading {
  const first = readRequests(toTarget);
  const { responses } = readResponses(fromTarget, methodsOf(first), true);
  const isOpaqueAfter = (index: number): boolean =>
    switchesProtocol(first.requests[index]?.method, responses[index]?.status ?? 0);
  return readRequests(toTarget, isOpaqueAfter);
}

/** The first thing that the target understood and that was not forwarded, in this order. */
function strayIn(
  requests: readonly ModelRequest[],
  understood: readonly Understood[],
  isCut: boolean,
): string | undefined {
  let at = 0;
  for (const [index, one] of understood.entries()) {
    const found = requests.findIndex((request, position) => position >= at && isSame(request, one));
    const mayBeCut = isCut && index === understood.length - 1;
    if (found < 0 && !mayBeCut) return `${one.method} ${one.target} (${one.length})`;
    if (found >= 0) at = found + 1;
  }
  return undefined;
}
