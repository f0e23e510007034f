import { describe, expect, test } from '@jest/globals';
import { type Consequence, type ExchangeProgress, onTargetFailure } from '../../src/tunnel/target-failure';
import { type TargetFailure } from '../../src/tunnel/termination';

const FAILURES: Readonly<Record<TargetFailure, true>> = {
  'target-refused': true,
  'target-unreachable': true,
  'connect-timeout': true,
  'response-timeout': true,
  'target-stalled': true,
  'target-reset': true,
  'target-closed': true,
  'target-malformed': true,
  'target-truncated': true,
};
const ALL = Object.keys(FAILURES) as TargetFailure[];
const BUT_CLOSED = ALL.filter((failure) => failure !== 'target-closed');
const BUT_LATE = BUT_CLOSED.filter((failure) => failure !== 'target-reset');

/** What a row says of the standing; of what it does not mention both are tried. */
type Known = Partial<ExchangeProgress>;

const STANDINGS: readonly ExchangeProgress[] = Array.from({ length: 64 }, (_, bits) => ({
  isAnswered: (bits & 1) !== 0,
  isHeadSent: (bits & 2) !== 0,
  hasPartOfHead: (bits & 4) !== 0,
  endsWithConnection: (bits & 8) !== 0,
  hasServed: (bits & 16) !== 0,
  isSurplus: (bits & 32) !== 0,
}));

const isSuch = (standing: ExchangeProgress, known: Known): boolean =>
  Object.entries(known).every(([name, value]) => standing[name as keyof ExchangeProgress] === value);

const waiting: Known = { isAnswered: false, isHeadSent: false };
const late: Known = { ...waiting, hasServed: true, hasPartOfHead: false };

const ROWS: readonly (readonly [string, readonly TargetFailure[], Known, Consequence])[] = [
  ['the client has all it asked for', ALL, { isAnswered: true }, 'whole'],
  [
    'the end of the connection is that of the response',
    ['target-closed'],
    { isAnswered: false, endsWithConnection: true },
    'whole',
  ],
  [
    'closed within a response',
    ['target-closed'],
    { isAnswered: false, isHeadSent: true, endsWithConnection: false },
    'truncated',
  ],
  ['broken within a response', BUT_CLOSED, { isAnswered: false, isHeadSent: true }, 'reset'],
  ['closed as another request arrived', ['target-closed'], { ...late, endsWithConnection: false }, 'truncated'],
  ['reset as another request arrived', ['target-reset'], late, 'truncated'],
  ['surplus bytes as another request arrived', BUT_LATE, { ...late, isSurplus: true }, 'truncated'],
  ['broken otherwise as another request arrived', BUT_LATE, { ...late, isSurplus: false }, 'answer'],
  [
    'closed before its first answer',
    ['target-closed'],
    { ...waiting, hasServed: false, endsWithConnection: false },
    'answer',
  ],
  ['closed within a head', ['target-closed'], { ...waiting, hasPartOfHead: true, endsWithConnection: false }, 'answer'],
  ['broken before its first answer', BUT_CLOSED, { ...waiting, hasServed: false }, 'answer'],
  ['broken within a head', BUT_CLOSED, { ...waiting, hasPartOfHead: true }, 'answer'],
];

describe.each(ROWS)('%s', (_, failures, known, consequence) => {
  test.each(failures)(`%s: ${consequence}`, (failure) => {
    for (const standing of STANDINGS.filter((each) => isSuch(each, known))) {
      expect({ standing, consequence: onTargetFailure(failure, standing) }).toEqual({ standing, consequence });
    }
  });
});

test('there is no case that the rows leave out', () => {
  const leftOut = ALL.flatMap((failure) =>
    STANDINGS.filter(
      (standing) => !ROWS.some(([, failures, known]) => failures.includes(failure) && isSuch(standing, known)),
    ),
  );
  expect(leftOut).toEqual([]);
});
