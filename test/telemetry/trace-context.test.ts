import { describe, expect, it } from '@jest/globals';
import { traceIdIn } from '../../src/telemetry/trace-context';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('the trace id of a traceparent field', () => {
  it.each([
    ['version 00', `00-${TRACE}-${PARENT}-01`],
    ['flags that are not known', `00-${TRACE}-${PARENT}-ff`],
    ['a later version with more behind the flags', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`],
    ['a later version with nothing behind them', `01-${TRACE}-${PARENT}-00`],
  ])('is read from %s', (_, value) => {
    expect(traceIdIn(value)).toBe(TRACE);
  });

  it.each([
    ['nothing', ''],
    ['upper case', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the forbidden version', `ff-${TRACE}-${PARENT}-01`],
    ['version 00 with more behind it', `00-${TRACE}-${PARENT}-01-more`],
    ['a later version with more that has no dash', `01-${TRACE}-${PARENT}-01.more`],
    ['a trace id that is too short', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['two of them', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
    ['no hexadecimal digits', `00-${'g'.repeat(32)}-${PARENT}-01`],
  ])('is nothing for %s', (_, value) => {
    expect(traceIdIn(value)).toBe('');
  });
});
