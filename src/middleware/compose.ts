import { type Chain } from '../tunnel/exchange-observer';
import { type Exchange } from '../tunnel/exchange';

/** One link of the chain: does its one job at the moments it names. */
export interface Stage {
  readonly name: string;
  readonly onRequest?: (exchange: Exchange) => void;
  readonly onResponse?: (exchange: Exchange) => void;
  readonly onEnd?: (exchange: Exchange) => void;
}

/** Hears of a stage that threw. The exchange goes on without it. */
export type OnStageError = (stage: string, error: unknown) => void;

/** Runs the stages one after another, in the order of the array. One that throws harms neither the others nor the bytes. */
export function createChain(stages: readonly Stage[], onError: OnStageError): Chain {
  const at = (moment: 'onRequest' | 'onResponse' | 'onEnd'): ((exchange: Exchange) => void) => {
    const steps = stages.flatMap((stage) => {
      const run = stage[moment];
      return run === undefined ? [] : [{ name: stage.name, run }];
    });
    return function runStages(exchange) {
      for (const step of steps) {
        try {
          step.run(exchange);
        } catch (error) {
          onError(step.name, error);
        }
      }
    };
  };
  return { onRequest: at('onRequest'), onResponse: at('onResponse'), onEnd: at('onEnd') };
}
