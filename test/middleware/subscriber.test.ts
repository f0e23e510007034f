import { describe, expect, test } from '@jest/globals';
import {
  type RequestHeader,
  type ResponseHeader,
  type Subscriber,
  type SubscriberExchange,
} from '../../src/middleware/subscriber';
import { opened } from '../support/exchange-of';
import { answered, asked, passRequestContent, passResponseContent } from '../support/answered';
import { run, subscribe } from '../support/subscribed';

const PLANTED = new Error('planted');

describe('request.listen', () => {
  test('is given the head of the request as it came, before there is a response', () => {
    const heard: RequestHeader[] = [];
    const { observer, failures } = subscribe({ spy: ({ request }) => request.listen((header) => heard.push(header)) });
    const request = 'DELETE /a?b=c HTTP/1.0\r\nHost: a\r\nX-Tag: one\r\nx-tag: two\r\n\r\n';
    observer.onRequest(opened({ request }));
    expect(heard).toEqual([expect.objectContaining({ method: 'DELETE', requestTarget: '/a?b=c', version: '1.0' })]);
    expect(heard.map(({ fields }) => fields.get('X-TAG'))).toEqual(['one, two']);
    expect(failures).toEqual([]);
  });

  test('asks for content only with a second parameter', () => {
    const heard: (string | undefined)[] = [];
    const { observer } = subscribe({ deaf: ({ request }) => request.listen(() => heard.push('head')) });
    const exchange = asked();
    observer.onRequest(exchange);
    passRequestContent(exchange, Buffer.from('piece'));
    expect(heard).toEqual(['head']);
  });

  test('gives content piece by piece to all who asked, after the head', () => {
    const heard: (readonly [string, string | undefined])[] = [];
    const listening =
      (name: string): Subscriber =>
      ({ request }) =>
        request.listen(({ method }, data) => heard.push([name, data === undefined ? method : String(data)]));
    const { observer } = subscribe({ first: listening('first'), second: listening('second') });
    const exchange = asked();
    observer.onRequest(exchange);
    for (const piece of ['he', 'llo']) passRequestContent(exchange, Buffer.from(piece));
    expect(heard).toEqual([
      ['first', 'GET'],
      ['second', 'GET'],
      ['first', 'he'],
      ['second', 'he'],
      ['first', 'llo'],
      ['second', 'llo'],
    ]);
  });
});

describe('response.listen', () => {
  test('is given the head of the response, once, with the status as text', () => {
    const heard: ResponseHeader[] = [];
    const { observer, failures } = subscribe({
      spy: ({ response }) => response.listen((header) => heard.push(header)),
    });
    run(observer);
    expect(heard).toEqual([expect.objectContaining({ status: '404', message: 'Not Here', version: '1.0' })]);
    expect(heard.map(({ fields }) => fields.get('set-cookie'))).toEqual(['a=1']);
    expect(failures).toEqual([]);
  });

  test('is not mixed up where exchanges overlap', () => {
    const heard: string[] = [];
    const { observer } = subscribe({
      spy({ request, response }) {
        request.listen(({ requestTarget: target }) =>
          response.listen(({ status }) => heard.push(`${target} ${status}`)),
        );
      },
    });
    const [first, second] = ['/1', '/2'].map((target) =>
      opened({ request: `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n` }),
    );
    if (first === undefined || second === undefined) throw new Error('two were opened');
    observer.onRequest(first);
    observer.onRequest(second);
    observer.onResponse(answered(first, 'HTTP/1.1 201 Created'));
    observer.onResponse(answered(second, 'HTTP/1.1 202 Accepted'));
    expect(heard).toEqual(['/1 201', '/2 202']);
  });

  test('may be called when the response is there already: it is told at once', () => {
    const kept: SubscriberExchange[] = [];
    const { observer } = subscribe({ keeper: (exchange) => kept.push(exchange) });
    run(observer);
    const heard: string[] = [];
    kept[0]?.response.listen(({ status }) => heard.push(status));
    expect(heard).toEqual(['404']);
  });

  test('gives content to who has a second parameter, and to nobody else', () => {
    const heard: string[] = [];
    const { observer } = subscribe({
      deaf: ({ response }) => response.listen(() => heard.push('deaf')),
      keen: ({ response }) => response.listen((_header, data) => heard.push(`keen ${String(data)}`)),
    });
    const exchange = run(observer);
    passResponseContent(exchange, Buffer.from('piece'));
    expect(heard).toEqual(['deaf', 'keen undefined', 'keen piece']);
  });
});

describe('a listener that is no function', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['"404"', '404'],
    ['an object', {}],
    ['an array', []],
    ['a promise', Promise.resolve()],
  ])('is refused with a TypeError that names the call, for %s', (shownAs, listener) => {
    const { observer, failures } = subscribe({
      request: ({ request }) => request.listen(listener as () => void),
      response: ({ response }) => response.listen(listener as () => void),
    });
    run(observer);
    expect(failures).toEqual(
      ['request', 'response'].map((name) => [
        name,
        new TypeError(`the listener of ${name}.listen must be a function (header, data?) => …, not ${shownAs}`),
      ]),
    );
  });
});

describe('a subscriber that throws is told with its name, and the next one does not notice:', () => {
  const fail = (): never => {
    throw PLANTED;
  };
  /** Throws for content, and not for the head. */
  const failForContent = (_header: unknown, data?: Buffer): void => {
    if (data !== undefined) throw PLANTED;
  };

  test.each<[string, Subscriber]>([
    ['when it is called', fail],
    ['when it hears the request', ({ request }) => request.listen(fail)],
    ['when it hears the response', ({ response }) => response.listen(fail)],
    ['when it hears content of the request', ({ request }) => request.listen(failForContent)],
    ['when it hears content of the response', ({ response }) => response.listen(failForContent)],
    ['when its page is none', ({ response }) => response.override('no status line')],
  ])('%s', (_, failing) => {
    const heard: string[] = [];
    const { observer, failures } = subscribe({
      failing,
      sound({ request, response }) {
        request.listen((_header, data) => heard.push(`request ${String(data)}`));
        response.listen((_header, data) => heard.push(`response ${String(data)}`));
      },
    });
    const exchange = asked();
    observer.onRequest(exchange);
    passRequestContent(exchange, Buffer.from('up'));
    observer.onResponse(answered(exchange, 'HTTP/1.1 200 OK'));
    passResponseContent(exchange, Buffer.from('down'));
    observer.onEnd(exchange);
    expect(failures.map(([name]) => name)).toEqual(['failing']);
    expect(heard).toEqual(['request undefined', 'request up', 'response undefined', 'response down']);
    expect(exchange.isOverridden).toBe(false);
  });
});

describe('a listener that throws', () => {
  test('does not keep the further listeners of its subscriber from being called', () => {
    const heard: string[] = [];
    const { observer, failures } = subscribe({
      mine({ request, response }) {
        request.listen(() => {
          throw PLANTED;
        });
        request.listen(() => heard.push('request'));
        response.listen(() => {
          throw PLANTED;
        });
        response.listen(() => heard.push('response'));
      },
    });
    run(observer);
    expect({ heard, failures }).toEqual({
      heard: ['request', 'response'],
      failures: [
        ['mine', PLANTED],
        ['mine', PLANTED],
      ],
    });
  });

  test('never throws into the caller of listen, which may be a timer of the subscriber', () => {
    const kept: SubscriberExchange[] = [];
    const { observer, failures } = subscribe({ keeper: (exchange) => kept.push(exchange) });
    run(observer);
    const fail = (): never => {
      throw PLANTED;
    };
    kept[0]?.response.listen(fail);
    kept[0]?.request.listen(fail);
    expect(failures).toEqual([
      ['keeper', PLANTED],
      ['keeper', PLANTED],
    ]);
  });

  test('by calling itself without end leaves the stack as it was', () => {
    const { observer, failures } = subscribe({
      endless({ response }) {
        const again = (): void => response.listen(again);
        response.listen(again);
      },
      sound: ({ response }) => response.override({ content: 'page' }),
    });
    expect(run(observer).isOverridden).toBe(true);
    expect(failures.length).toBeGreaterThan(0);
    for (const [name, error] of failures) expect([name, error]).toEqual(['endless', expect.any(RangeError)]);
  });
});
