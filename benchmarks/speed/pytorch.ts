import { availableParallelism } from 'node:os';
import { python, startPython } from '../../test/python-server';
import type { Contender } from './contender';

/**
 * Starts the PyTorch counterpart of a step, once for every thread count, in one process that waits between rounds.
 *
 * @param name module in benchmarks/pytorch
 * @param options what its `make_step` is called with
 * @returns the contenders, or why there are none
 */
export async function pytorchContenders(
  name: string,
  options: readonly unknown[] = [],
): Promise<Contender[] | string> {
  const server = await startPython(new URL('../pytorch/serve.py', import.meta.url));
  if (server === undefined) {
    return `PyTorch: ${python} has no torch (LAMO_BENCH_PYTHON names another interpreter)`;
  }
  let open = 0;
  return [...new Set([1, availableParallelism()])].map((threads) => {
    open += 1;
    return {
      name: `PyTorch ${server.greeting.torch} eager, ${threads} thread${threads === 1 ? '' : 's'}`,
      async measure(steps) {
        const { ms } = await server.ask({ case: name, options, threads, steps });
        return ms as number;
      },
      async close() {
        open -= 1;
        if (open === 0) server.close();
      },
    };
  });
}
