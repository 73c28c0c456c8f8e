import { Worker } from 'node:worker_threads';

/** Arithmetic without memory, about 0.1 s of it. */
const PROGRAM = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', () => {
    let sum = 0;
    for (let i = 0; i < 5e7; i++) sum += Math.sqrt(i);
    parentPort.postMessage(sum);
  });
`;

/** Threads that only calculate: what a machine with other work to do leaves to two of them bounds what anything can gain. */
export interface BusyThreads {
  /** Calculates in the first `threads` of them at a time. @returns portions of work per second */
  measure(threads: number): Promise<number>;
  end(): Promise<void>;
}

/** Starts `count` threads. */
export function startBusyThreads(count: number): BusyThreads {
  const workers = Array.from({ length: count }, () => new Worker(PROGRAM, { eval: true }));
  const work = (worker: Worker) =>
    new Promise((resolve) => {
      worker.once('message', resolve);
      worker.postMessage(0);
    });
  return {
    async measure(threads) {
      const start = performance.now();
      await Promise.all(workers.slice(0, threads).map(work));
      return (threads / (performance.now() - start)) * 1000;
    },
    end: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}
