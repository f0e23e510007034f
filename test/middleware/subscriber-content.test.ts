import { describe, expect, test } from '@jest/globals';
import { asked, passRequestContent, passResponseContent } from '../support/answered';
import { run, subscribe } from '../support/subscribed';

describe('the content that a listener is given', () => {
  test('is a copy for each listener: one that changes its own changes nothing else', () => {
    const heard: string[] = [];
    const { observer } = subscribe({
      destroyer: ({ request }) => request.listen((_header, data) => data?.fill(0)),
      keen({ request }) {
        request.listen((_header, data) => heard.push(String(data)));
      },
    });
    const exchange = asked();
    observer.onRequest(exchange);
    const content = Buffer.from('piece');
    passRequestContent(exchange, content);
    expect(heard).toEqual(['undefined', 'piece']);
    expect(String(content)).toBe('piece');
  });

  test('has memory of its own, which may be transferred to a worker', () => {
    const { observer, failures } = subscribe({
      giver: ({ response }) =>
        response.listen((_header, data) => data && structuredClone(data.buffer, { transfer: [data.buffer] })),
    });
    const exchange = run(observer);
    const content = Buffer.from('piece');
    passResponseContent(exchange, content);
    expect({ failures, content: String(content) }).toEqual({ failures: [], content: 'piece' });
  });
});

describe('listeners of content', () => {
  test('may be as many as a subscriber adds: the stack does not grow with them', () => {
    let heard = 0;
    const { observer, failures } = subscribe({
      many({ request }) {
        for (let i = 0; i < 50_000; i++) request.listen((_header, data) => (heard += data === undefined ? 0 : 1));
      },
    });
    const exchange = asked();
    observer.onRequest(exchange);
    passRequestContent(exchange, Buffer.from('piece'));
    expect({ heard, failures }).toEqual({ heard: 50_000, failures: [] });
  });

  test('that are added while a piece is heard hear the next one first', () => {
    const heard: string[] = [];
    const { observer } = subscribe({
      growing({ response }) {
        const listen = (name: string): void =>
          response.listen((_header, data) => {
            if (data === undefined) return;
            heard.push(`${name} ${String(data)}`);
            if (name === 'first' && String(data) === '1') listen('second');
          });
        listen('first');
      },
    });
    const exchange = run(observer);
    for (const piece of ['1', '2']) passResponseContent(exchange, Buffer.from(piece));
    expect(heard).toEqual(['first 1', 'first 2', 'second 2']);
  });
});
