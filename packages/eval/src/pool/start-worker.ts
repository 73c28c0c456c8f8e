import { startThread } from '../threads/start-thread';
import type { Answer, Order, WorkerTask } from './messages';

/** A thread that carries out orders. */
export interface PoolWorker {
  readonly task: WorkerTask;
  /** @throws Error with the reason, if the thread ended before it answered */
  ask(order: Order): Promise<Answer>;
  /** Lets it free its environments, and ends it. Safe to call twice. */
  end(): Promise<void>;
}

/** Milliseconds that a worker may take to free its environments. */
const GRACE = 5000;

/** Starts a worker of a pool. Its first order is `open`. */
export function startWorker(task: WorkerTask): PoolWorker {
  const worker = startThread('worker', { workerData: task });
  let end: Error | undefined;
  let settle: { resolve(answer: Answer): void; reject(reason: Error): void } | undefined;
  const over = (reason: Error) => {
    end ??= reason;
    settle?.reject(end);
  };
  worker.on('message', (answer: Answer) => settle?.resolve(answer));
  worker.on('error', over);
  worker.on('messageerror', over);
  worker.on('exit', (code) => over(new Error(`it exited with code ${code}`)));

  function ask(order: Order): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (end !== undefined) return reject(end);
      settle = { resolve, reject };
      worker.postMessage(order);
    });
  }

  return {
    task,
    ask,
    async end() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, GRACE);
      });
      await Promise.race([ask({ kind: 'close' }), late]).catch(() => {});
      clearTimeout(timer);
      await worker.terminate();
    },
  };
}
