import { type ModelReading, type ModelResponse } from '../fuzz/model';
import { type Moment, type Recording } from '../servers/tap';
import { echoesIn } from './echo';
import { headsOf } from './forwarded';
import { disagreement, type Disagreement } from './verdict';

/** Bytes in both directions may cross between the tap and the ambassador; they do so for less than this. */
const CROSSING_MS = 100;

/** When so many bytes had passed; infinite where they never did. */
function passedAt(moments: readonly Moment[], direction: 'toTarget' | 'fromTarget', count: number): number {
  return moments.find((moment) => moment[direction] >= count)?.atMs ?? Infinity;
}

/** Whether responses came in time: after their request was forwarded, and with nothing forwarded after an early one. */
export function judgeOrder(
  { moments, fromTarget }: Recording,
  reading: ModelReading,
  responses: readonly ModelResponse[],
  answer: Buffer | undefined,
): Disagreement | undefined {
  const sent = headsOf(reading);
  for (const [index, response] of responses.entries()) {
    const request = sent[index];
    if (request === undefined) return undefined;
    const isBefore = (count: number): boolean =>
      passedAt(moments, 'toTarget', count) - passedAt(moments, 'fromTarget', response.end) > CROSSING_MS;
    const isRelayed = (): boolean => isRelayedTo(answer, fromTarget.subarray(0, response.end));
    if (isBefore(request.start + 1) && isRelayed())
      return disagreement('order', `response ${index + 1} came before its request, and the client received it`);
    const isEarly = 'end' in request && isBefore(request.end);
    if (isEarly && index + 1 < sent.length)
      return disagreement('early', `${sent.length - index - 1} requests forwarded after an early response`);
  }
  return undefined;
}

/** Whether the client has the echo of the last response in these bytes of the target. */
function isRelayedTo(answer: Buffer | undefined, fromTarget: Buffer): boolean {
  return answer !== undefined && echoesIn(answer).length >= echoesIn(fromTarget).length;
}
