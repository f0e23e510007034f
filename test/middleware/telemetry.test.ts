import { expect, test } from '@jest/globals';
import { telemetry } from '../../src/middleware/telemetry';
import { type Exchange } from '../../src/tunnel/exchange';
import { asked } from '../support/answered';

test('every recorder hears of an exchange when it opens, and of its end, in their order', () => {
  const heard: unknown[] = [];
  const recorder = (name: string) => (exchange: Exchange) => heard.push([name, exchange.method]);
  const stage = telemetry({
    opened: [recorder('opened: metrics'), recorder('opened: live')],
    ended: [recorder('ended: metrics'), recorder('ended: live')],
  });
  const exchange = asked();
  stage.onRequest?.(exchange);
  expect(heard.splice(0)).toEqual([
    ['opened: metrics', 'GET'],
    ['opened: live', 'GET'],
  ]);
  stage.onResponse?.(exchange);
  expect(heard).toEqual([]);
  stage.onEnd?.(exchange);
  expect(heard).toEqual([
    ['ended: metrics', 'GET'],
    ['ended: live', 'GET'],
  ]);
});
