import { describe, expect, test } from '@jest/globals';
import { subscriberStages } from '../../src/middleware/subscriber-stage';

const report = (): void => undefined;
const mine = (): void => undefined;

describe('a set of subscribers', () => {
  test.each<[string, unknown]>([
    ['an object', { mine, yours: mine }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { mine, yours: mine })],
    ['the exports of a module', Object.defineProperty({ mine, yours: mine }, '__esModule', { value: true })],
  ])('may be %s; each keeps its name and place', (_, subscribers) => {
    expect(subscriberStages(subscribers, report).map(({ name }) => name)).toEqual(['mine', 'yours']);
  });

  test('may be empty', () => {
    expect(subscriberStages({}, report)).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    [
      'a subscriber that is an object',
      { mine: { response: '' } },
      'the subscriber mine must be a function, not an object',
    ],
    ['one that is a promise', { mine: Promise.resolve(mine) }, 'the subscriber mine must be a function, not a promise'],
    ['one that is missing', { mine: undefined }, 'the subscriber mine must be a function, not undefined'],
    [
      'a single function',
      mine,
      'subscribers must be an object of functions such as { notFound({ response }) { … } }, not a',
    ],
    ['a class', Map, 'not a function'],
    ['nothing', undefined, 'not undefined'],
    ['null', null, 'not null'],
    ['a text', 'mine', 'not "mine"'],
    ['a list', [mine], 'not an array'],
    ['a promise', Promise.resolve({ mine }), 'not a promise'],
    ['a Map, whose entries are not called', new Map([['mine', mine]]), 'subscribers must be a plain object'],
    ['an instance, whose methods are not called', new URL('http://a'), 'subscribers must be a plain object'],
    ['an object that inherits them', Object.create({ mine }), 'subscribers must be a plain object'],
    ['onError', { onError: mine, mine }, 'onError is no subscriber: give it to new Ambassador({ …, onError })'],
  ])('is refused with a TypeError if it is or has %s', (_, subscribers, message) => {
    const make = (): unknown => subscriberStages(subscribers, report);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  test('tells an error of its own getters as it is', () => {
    const planted = new Error('planted');
    const subscribers = {
      get mine(): never {
        throw planted;
      },
    };
    expect(() => subscriberStages(subscribers, report)).toThrow(planted);
  });
});
