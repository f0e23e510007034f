import { describe, expect, test } from '@jest/globals';
import { parseFilter } from '../../../../src/admin/live/client/filter';
import { exchangeLike } from './samples';

const EXCHANGE = exchangeLike({
  method: 'POST',
  path: '/API/orders/7',
  status: 404,
  client: '192.0.2.7',
  termination: 'client-aborted',
  isOverridden: true,
});

describe('the filter of the tail', () => {
  test.each([
    '',
    '   ',
    '/api',
    'post /api/orders',
    '404',
    '4xx',
    'POST 4xx',
    'aborted',
    '192.0.2.7',
    'page',
    '-5xx',
    '4xx -get',
    '-',
    'HTTP/1.1',
  ])('%j lets it pass', (text) => {
    expect(parseFilter(text)(EXCHANGE)).toBe(true);
  });

  test.each(['/app', '5xx', 'get', 'post 5xx', '-post', '4xx -/api', '-4xx', 'probe', '.*'])(
    '%j does not let it pass',
    (text) => {
      expect(parseFilter(text)(EXCHANGE)).toBe(false);
    },
  );

  test('looks at what there is of an exchange that has not ended', () => {
    const waiting = { method: 'GET', path: '/stuck', status: 0 };
    expect(parseFilter('get /stuck -page')(waiting)).toBe(true);
    expect(parseFilter('5xx')(waiting)).toBe(false);
    expect(parseFilter('undefined')(waiting)).toBe(false);
  });

  test('finds no word across two of the things it looks at', () => {
    expect(parseFilter('7404')(EXCHANGE)).toBe(false);
  });
});
