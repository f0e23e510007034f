import cluster, { type Worker } from 'node:cluster';
import { type Numbers } from '../app/observability';
import { type Sidecar } from '../app/sidecar';
import { type Answers, type ListenProblem, type Question, type ToPrimary, type ToWorker } from './messages';

/** The worker's end of the IPC channel to the primary. */
export interface WorkerProcess {
  /** The number of the worker; a number is never used twice. */
  readonly id: number;
  /**
   * Runs the sidecar until the primary requests a drain; resolves when the last message has been sent.
   * @throws NodeJS.ErrnoException if the port cannot be listened on; the primary has been informed.
   */
  serve(sidecar: Sidecar): Promise<void>;
}

/**
 * Returns this process as a worker, or `undefined` if no primary has started it. When the primary exits for any reason,
 * the IPC channel closes, and Node then ends the worker.
 */
export function asWorker(): WorkerProcess | undefined {
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

/** Answers questions; resolves with the time limit when the primary requests a drain. */
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

/**
 * Resolves when the message has been sent. A failure is ignored: it means that the primary has exited, and this process
 * exits next.
 */
const tell = (worker: Worker, message: ToPrimary): Promise<void> =>
  new Promise((resolve) => worker.send(message, () => resolve()));

function problemOf(error: unknown): ListenProblem {
  const { code, syscall, port, message } = error as NodeJS.ErrnoException & { readonly port?: number };
  return { code, syscall, port, message };
}
