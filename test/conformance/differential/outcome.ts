import { type Case } from './case';
import { type Observation } from './send';
import { disagreement, type Disagreement } from './verdict';

/** Compares a case with the outcome that the wire rules demand. */
export function judgeOutcome({ expected }: Case, { answer, recordings }: Observation): Disagreement | undefined {
  if (expected === undefined) return undefined;
  const toTarget = Buffer.concat(recordings.map((recording) => recording.toTarget)).toString('latin1');
  const fromTarget = recordings.reduce((sum, recording) => sum + recording.fromTarget.length, 0);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1'))?.[1] ?? 'none';
  if (expected.is !== 'refused') {
    if (toTarget === '') return outcome(`it is to be forwarded; the client received status ${status}`);
    const read = expected.is === 'repaired' ? withoutBlanks : unchanged;
    if (isOneThePrefix(read(toTarget), read(expected.bytes))) return undefined;
    return outcome(`${short(expected.bytes)} is to be forwarded; the target received ${short(toTarget)}`);
  }
  if (!expected.bytes.startsWith(toTarget))
    return outcome(`at most ${short(expected.bytes)} may be forwarded; the target received ${short(toTarget)}`);
  // The target may answer before the fault arrives.
  if (fromTarget > 0 || status === String(expected.status)) return undefined;
  return outcome(`the client is to receive status ${expected.status}; it received ${status}`);
}

const unchanged = (text: string): string => text;

const withoutBlanks = (text: string): string => text.replace(/[ \t]+/g, '');

/** A target that has read enough may close before everything is there. */
const isOneThePrefix = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

const outcome = (why: string): Disagreement => disagreement('outcome', why);

/** The end of a message tells more than its beginning. */
const short = (text: string): string => JSON.stringify(text.length > 240 ? `…${text.slice(-240)}` : text);
