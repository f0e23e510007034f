import { describe, expect, it } from '@jest/globals';
import { clientAddress } from '../../src/telemetry/client-address';
import { requestFieldsOf } from '../../src/telemetry/request-fields';
import { exchangeOf } from '../support/exchange-of';

const PEER = '10.0.0.1';

function client(fields: readonly string[], trustsForwarded = true): string {
  const exchange = exchangeOf({ fields, clientAddress: PEER });
  return clientAddress(exchange, requestFieldsOf(exchange), trustsForwarded);
}

describe('the address of a client', () => {
  it('is that of the connection when forwarded addresses are not trusted', () => {
    expect(client(['X-Forwarded-For: 192.0.2.1', 'Forwarded: for=192.0.2.2'], false)).toBe(PEER);
  });

  it.each([
    ['X-Forwarded-For: 192.0.2.1', '192.0.2.1'],
    ['x-forwarded-for: 198.51.100.9, 192.0.2.1', '192.0.2.1'],
    ['X-Forwarded-For: 192.0.2.1:51234', '192.0.2.1'],
    ['X-Forwarded-For: 2001:db8::1', '2001:db8::1'],
    ['X-Forwarded-For: [2001:db8::1]:443', '2001:db8::1'],
    ['X-Forwarded-For: ::ffff:192.0.2.1', '192.0.2.1'],
    ['Forwarded: for=192.0.2.1', '192.0.2.1'],
    ['Forwarded: for=198.51.100.9, For="[2001:db8:cafe::17]:4711";proto=https', '2001:db8:cafe::17'],
    ['Forwarded: proto=http;for="192.0.2.43:47011" ; by=203.0.113.43', '192.0.2.43'],
  ])('is the last one in %s', (field, expected) => {
    expect(client([field])).toBe(expected);
  });

  it('is the last one of the last line where the field is repeated', () => {
    expect(client(['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 192.0.2.2, 192.0.2.3'])).toBe('192.0.2.3');
  });

  it('comes from X-Forwarded-For where both fields are there', () => {
    expect(client(['Forwarded: for=198.51.100.9', 'X-Forwarded-For: 192.0.2.1'])).toBe('192.0.2.1');
  });

  it.each([
    'X-Forwarded-For: unknown',
    'X-Forwarded-For: 192.0.2.1, ',
    'X-Forwarded-For: "><script>',
    `X-Forwarded-For: ${'1'.repeat(100)}:`,
    'Forwarded: for=_hidden',
    'Forwarded: by=192.0.2.1',
    'Forwarded: for',
    'Accept: */*',
  ])('is that of the connection with %s', (field) => {
    expect(client([field])).toBe(PEER);
  });
});
