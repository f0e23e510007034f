import { type ModelReading, type ModelResponse } from '../reference-reader';
import { type Moment, type Recording } from '../servers/recording-proxy';
import { headsOf } from './forwarded-requests';
import { type SentPiece } from './send';
import { disagreement, type Disagreement } from './verdict';

/** When, and in which read, so many bytes had passed; infinite where they never did. */
function passed(moments: readonly Moment[], direction: 'toTarget' | 'fromTarget', count: number): Passed {
  const index = moments.findIndex((moment) => moment[direction] >= count);
  return { index: index < 0 ? Infinity : index, atMs: moments[index]?.atMs ?? Infinity };
}

interface Passed {
  readonly index: number;
  readonly atMs: number;
}

/**
 * Looks for a request that was forwarded after an early response: one whose client had received the response before it
 * sent the last of the content. Bytes that cross on their way prove nothing, so the client's own order decides.
 */
export function judgeEarliness(
  { moments }: Recording,
  reading: ModelReading,
  sent: readonly SentPiece[],
): Disagreement | undefined {
  const heads = headsOf(reading);
  for (const [index, request] of reading.requests.entries()) {
    const endedAtMs = passed(moments, 'toTarget', request.end).atMs;
    const isEarly = sent.some(({ atMs, responses }) => responses > index && atMs < endedAtMs);
    const further = heads.length - index - 1;
    if (isEarly && further > 0) return disagreement('early', `${further} requests forwarded after an early response`);
  }
  return undefined;
}

/**
 * Looks for a response that came in one read with the response before it, when its own request had not been forwarded.
 * The ambassador must forward one request at a time: it then has read both before it forwards that request.
 */
export function judgeOrder(
  { moments }: Recording,
  reading: ModelReading,
  responses: readonly ModelResponse[],
): Disagreement | undefined {
  for (const [index, request] of headsOf(reading).entries()) {
    const before = responses[index - 1];
    const response = responses[index];
    if (before === undefined || response === undefined) continue;
    const arrived = passed(moments, 'fromTarget', response.end).index;
    const isOneRead = passed(moments, 'fromTarget', before.end).index === arrived;
    if (isOneRead && passed(moments, 'toTarget', request.start + 1).index > arrived)
      return disagreement('order', `response ${index + 1} came before its request was forwarded`);
  }
  return undefined;
}
