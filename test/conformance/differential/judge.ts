import {
  readResponses,
  UNASKED,
  type ModelReading,
  type ModelRequest,
  type ModelRequestHead,
} from '../reference-reader';
import { type Recording } from '../servers/recording-proxy';
import { echoesIn, hasSameMarks, isEchoOf, isUnread, type Echo } from './echo';
import { headsOf, methodsOf, readForwarded } from './forwarded-requests';
import { judgeEarliness, judgeOrder } from './order';
import { type SentPiece } from './send';
import { disagreement, gravest, type Verdict } from './verdict';

/** What else the judge knows of a case. */
export interface Circumstances {
  /** What the client sent, and when. */
  readonly sent?: readonly SentPiece[];
  /** The ambassador forwards one request at a time. */
  readonly isOneAtATime?: boolean;
  /** The ambassador is told to relay the trailers of requests. */
  readonly relaysTrailers?: boolean;
}

/** Compares what a strict reader, and so the ambassador, makes of the forwarded bytes with what the target made of them. */
export function judge(recordings: readonly Recording[], circumstances: Circumstances = {}): Verdict {
  const used = recordings.filter(({ toTarget }) => toTarget.length > 0);
  return gravest(used.map((recording) => judgeConnection(recording, circumstances)));
}

/** TLS and HTTP/2 pass unread, so the target must not understand anything in them as HTTP/1. */
const isForeign = (bytes: Buffer): boolean =>
  bytes[0] === 0x16 || bytes.toString('latin1', 0, 24) === 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

function judgeConnection(recording: Recording, circumstances: Circumstances): Verdict {
  const { toTarget, fromTarget } = recording;
  if (isForeign(toTarget)) return judgeForeign(echoesIn(fromTarget));
  const reading = readForwarded(toTarget, fromTarget);
  if (reading.ending.at === 'fault') return disagreement('not strict', `forwarded: ${reading.ending.why}`);
  const misunderstood = judgeUnderstanding(reading, fromTarget);
  if (misunderstood !== undefined && misunderstood.is !== 'leftover') return misunderstood;
  const { responses } = readResponses(fromTarget, methodsOf(reading), true);
  const order = circumstances.isOneAtATime === true ? judgeOrder(recording, reading, responses) : undefined;
  const found = order ?? judgeEarliness(recording, reading, circumstances.sent ?? []);
  if (found !== undefined) return found;
  const trailers = reading.requests.flatMap((request) => request.trailers);
  if (trailers.length > 0 && circumstances.relaysTrailers !== true)
    return disagreement('trailers', `forwarded ${JSON.stringify(trailers)}`);
  if (misunderstood !== undefined) return misunderstood;
  return judgeCompleteness(
    reading,
    fromTarget,
    responses.map(({ status }) => status),
  );
}

/** Mojolicious serves a request that it could not parse: as GET of an empty target, which no request has. */
function judgeForeign(echoes: readonly Echo[]): Verdict {
  const stray = echoes.find(({ method, target }) => method !== 'PRI' && target !== '');
  if (stray === undefined) return { is: 'same' };
  return disagreement('smuggled', `the target understood ${told(stray)} in bytes that passed as another protocol`);
}

/** Looks for a request, or a field, that the target understood and that was not forwarded. */
function judgeUnderstanding(reading: ModelReading, fromTarget: Buffer): Verdict | undefined {
  const { requests, ending } = reading;
  const all = echoesIn(fromTarget);
  // After a response that switched protocols, the bytes mean whatever the target makes of them.
  const echoes = ending.at === 'opaque' ? all.slice(0, requests.length) : all;
  const heads = headsOf(reading);
  const { strays, merged } = match(heads, echoes);
  const leavesUnread = heads.some(({ target }) => isUnread(target));
  const smuggled = strays.find(({ target }) => !leavesUnread || !target.includes('/leftover'));
  if (smuggled !== undefined) {
    const forwarded = `forwarded were ${requests.map(toldRequest).join(', ') || 'none'}`;
    return disagreement('smuggled', `the target understood ${told(smuggled)}; ${forwarded}`);
  }
  if (merged !== undefined) return disagreement('merged', `the service sees X-Probe: ${JSON.stringify(merged)}`);
  if (strays[0] !== undefined) return { is: 'leftover', why: `the target understood ${told(strays[0])}` };
  const answers = readResponses(fromTarget, methodsOf(reading), true).ending;
  if (answers.at !== 'fault' || answers.why !== UNASKED || complainsOfContent(reading, fromTarget)) return undefined;
  if (leavesUnread) return { is: 'leftover', why: 'the target answered more requests than were forwarded' };
  return disagreement('responses', 'the target gave more responses than requests were forwarded');
}

/** The target understood all requests, or it refused some. */
function judgeCompleteness({ requests }: ModelReading, fromTarget: Buffer, statuses: readonly number[]): Verdict {
  if (echoesIn(fromTarget).length === requests.length) return { is: 'same' };
  const answers = statuses.length === 0 ? 'nothing' : statuses.join(', ');
  return { is: 'stricter', why: `${requests.map(toldRequest).join(', ')} answered by ${answers}` };
}

const toldRequest = ({ method, target, body }: ModelRequest): string => `${method} ${target} (${body.length})`;

const told = ({ method, target, content }: Echo): string =>
  `${method} ${target} (${content === undefined ? 'content unread' : content.length})`;

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

type Forwarded = ModelRequest | ModelRequestHead;

/** Pairs echoes with requests, in order: finds echoes without a request, and the first probe that no field explains. */
function match(
  requests: readonly Forwarded[],
  echoes: readonly Echo[],
): { readonly strays: readonly Echo[]; readonly merged: string | undefined } {
  const strays: Echo[] = [];
  let merged: string | undefined;
  let at = 0;
  for (const echo of echoes) {
    const found = requests.findIndex((request, position) => position >= at && mayBeEchoOf(request, echo));
    const request = requests[found];
    if (request === undefined) strays.push(echo);
    else {
      at = found + 1;
      merged ??= probesIn(echo.probe).find((probe) => !probesOf(request).includes(probe));
    }
  }
  return { strays, merged };
}

/** The content of a request that was cut short is only known in part. */
function mayBeEchoOf(request: Forwarded, echo: Echo): boolean {
  if ('body' in request) return isEchoOf(request, echo);
  return request.method.toUpperCase() === echo.method.toUpperCase() && hasSameMarks(request.target, echo.target);
}

/** CGI and its descendants see `X_Probe` as `X-Probe`. */
const probesOf = ({ fields }: ModelRequestHead): readonly string[] =>
  [...fields.all('x-probe'), ...fields.all('x_probe')].flatMap(probesIn);

/** Servers join lines in their own ways, and trim more than white space. */
const probesIn = (value: string): readonly string[] =>
  value
    .split(',')
    .map((part) => part.replace(/[^\x21-\x7e]/g, ''))
    .filter((part) => part !== '');
