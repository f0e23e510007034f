import { describe, expect, test } from '@jest/globals';
import { type Middleware, compose } from '../../src/middleware/compose';
import { asked } from '../support/answered';

const MOMENTS = ['onRequest', 'onResponse', 'onEnd'] as const;

const never = (stage: string, error: unknown): never => {
  throw new Error(`${stage} failed`, { cause: error });
};

/** A stage that writes down when it ran and for which exchange. */
const noting = (name: string, notes: unknown[]): Middleware => ({
  name,
  onRequest: (exchange) => notes.push([name, 'onRequest', exchange]),
  onResponse: (exchange) => notes.push([name, 'onResponse', exchange]),
  onEnd: (exchange) => notes.push([name, 'onEnd', exchange]),
});

describe.each(MOMENTS)('%s', (moment) => {
  test('runs the stages in the order of the array, each once, with the exchange', () => {
    const notes: unknown[] = [];
    const exchange = asked();
    compose([noting('first', notes), noting('second', notes), noting('third', notes)], never)[moment](exchange);
    expect(notes).toEqual([
      ['first', moment, exchange],
      ['second', moment, exchange],
      ['third', moment, exchange],
    ]);
    expect(notes.flat().filter((each) => each === exchange)).toHaveLength(3);
  });

  test('of a stage that throws is told with its name, and the other stages run as ever', () => {
    const notes: unknown[] = [];
    const failures: unknown[] = [];
    const planted = new Error('planted');
    const failing: Middleware = {
      name: 'failing',
      [moment]: () => {
        throw planted;
      },
    };
    const observer = compose([noting('first', notes), failing, noting('last', notes)], (stage, error) =>
      failures.push([stage, error]),
    );
    observer[moment](asked());
    expect(notes).toHaveLength(2);
    expect(failures).toEqual([['failing', planted]]);
  });

  test('passes over stages that do not name it', () => {
    const notes: unknown[] = [];
    compose([{ name: 'idle' }, noting('busy', notes)], never)[moment](asked());
    expect(notes).toHaveLength(1);
  });

  test('of no stages at all is nothing', () => {
    const observer = compose([], never);
    expect(() => observer[moment](asked())).not.toThrow();
  });
});
