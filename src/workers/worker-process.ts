import cluster, { type Worker } from 'node:cluster';
import { type Numbers } from '../app/observability';
import { type Sidecar } from '../app/sidecar';
import { type Answers, type ListenProblem, type Question, type ToPrimary, type ToWorker } from './messages';

/** The end of the wire to the primary that a worker holds. */
export interface Worked {
  /** Which worker this is: a number that is never given twice. */
  readonly id: number;
  /**
   * Runs the sidecar until the primary says that it is enough; resolves when that has been told all there is to tell.
   * @throws NodeJS.ErrnoException when the port cannot be listened on; the primary knows by then.
   */
  serve(sidecar: Sidecar): Promise<void>;
}

/**
 * This process as a worker; `undefined` if no primary has started it. When the primary ends, however it ends, the wire breaks,
 * and Node ends a worker whose wire has broken.
 */
export function asWorker(): Worked | undefined {
  const { worker } = cluster;
  return worker === undefined ? undefined : { id: worker.id, serve: (sidecar) => serve(worker, sidecar) };
}

async function serve(worker: Worker, sidecar: Sidecar): Promise<void> {
  const told = hear(worker, sidecar.numbers);
  try {
    await tell(worker, { type: 'listening', addresses: await sidecar.start() });
  } catch (error) {
    await tell(worker, { type: 'not-listening', problem: problemOf(error) });
    throw error;
  }
  const cutOff = await sidecar.drain(await told);
  await tell(worker, { type: 'farewell', cutOff, families: await sidecar.numbers.families() });
}

/** Answers questions; resolves when it is told to leave, with the time that it has for that. */
function hear(worker: Worker, numbers: Numbers): Promise<number> {
  return new Promise((resolve) => {
    worker.on('message', (message: ToWorker) => {
      if (message.type === 'drain') resolve(message.timeoutMs);
      else void answer(worker, numbers, message);
    });
  });
}

async function answer(worker: Worker, numbers: Numbers, asked: { id: number; question: Question }): Promise<void> {
  const answers: { readonly [Name in Question]: () => Answers[Name] | Promise<Answers[Name]> } = {
    families: () => numbers.families(),
    live: () => numbers.live(),
  };
  await tell(worker, { type: 'answer', id: asked.id, answer: await answers[asked.question]() });
}

/** Resolves when the message is on its way. That it can no longer be sent means that the primary is gone, and we go next. */
const tell = (worker: Worker, message: ToPrimary): Promise<void> =>
  new Promise((resolve) => worker.send(message, () => resolve()));

function problemOf(error: unknown): ListenProblem {
  const { code, syscall, port, message } = error as NodeJS.ErrnoException & { readonly port?: number };
  return { code, syscall, port, message };
}
