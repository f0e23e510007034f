import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isProbe, requestFieldsOf } from '../../src/telemetry/request-fields';
import { exchangeOf } from '../support/exchange-of';

test.each([
  ['User-Agent: kube-probe/1.29', true],
  ['USER-AGENT:kube-probe/', true],
  ['User-Agent: x kube-probe/1.29', false],
  ['User-Agent: kube-probe', false],
  ['X-Like: kube-probe/1.29', false],
  ['Accept: */*', false],
])('%s: a probe is %s', (line, expected) => {
  for (const fields of [[line], ['Accept: a', line], [line, 'Accept: kube-prob']]) {
    expect(isProbe(exchangeOf({ fields }))).toBe(expected);
  }
});

test('is a probe for who asks nothing else exactly where it is for who reads all fields', () => {
  const word = fc.constantFrom('kube-probe/', 'kube-', 'probe/', 'k', 'e/', ' ', 'kukube-probe/', 'user-agent');
  const line = fc
    .tuple(fc.constantFrom('User-Agent', 'user-agent', 'X-Agent', 'k'), fc.array(word, { maxLength: 6 }))
    .map(([name, words]) => `${name}: ${words.join('')}`);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (fields) => {
      const exchange = exchangeOf({ fields });
      expect(isProbe(exchange)).toBe(requestFieldsOf(exchange).isProbe);
    }),
    { numRuns: 1000 },
  );
});
