import { expect, test } from '@jest/globals';
import { createOverride } from '../../src/http1/response-writer';
import { createChain } from '../../src/middleware/compose';
import { sniffStatus } from '../../src/middleware/sniff-status';
import { answered, asked } from '../support/answered';

const rethrow = (_stage: string, error: unknown): never => {
  throw error;
};

test('the status of the target is seen, though a later stage hides it', () => {
  const seen: number[] = [];
  const hiding = {
    name: 'hiding',
    onResponse: (exchange: ReturnType<typeof asked>) =>
      exchange.override(createOverride({ status: 200, keepsFields: true, fields: [], content: Buffer.from('page') })),
  };
  const sniffing = sniffStatus(({ targetStatus, isOverridden }) => {
    expect(isOverridden).toBe(false);
    seen.push(targetStatus);
  });
  const chain = createChain([sniffing, hiding], rethrow);
  const exchange = asked();
  chain.onRequest(exchange);
  expect(seen).toEqual([]);
  chain.onResponse(answered(exchange, 'HTTP/1.1 404 Not Found'));
  chain.onEnd(exchange);
  expect({ seen, isOverridden: exchange.isOverridden }).toEqual({ seen: [404], isOverridden: true });
});
