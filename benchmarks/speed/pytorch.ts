import { availableParallelism } from 'node:os';
import { python, startPython } from '../../test/python-server';
import type { Contender } from './contender';
import type { Setup } from './setup';

/** Where peers run, and how exactly. */
export interface PeerSetup extends Pick<Setup, 'precision'> {
  /** `cuda` becomes `cpu` where the peer finds no GPU; its name says so. */
  readonly hardware: 'cpu' | 'cuda';
}

/**
 * Starts the PyTorch counterpart of a step in one process that waits between rounds; on the processor it is timed once for every
 * thread count.
 *
 * @param name module in benchmarks/pytorch
 * @param options what its `make_step` is called with
 * @returns the contenders, or why there are none
 */
export async function pytorchContenders(
  name: string,
  { hardware, precision }: PeerSetup,
  options: readonly unknown[] = [],
): Promise<Contender[] | string> {
  const args = [hardware, precision];
  const server = await startPython(new URL('../pytorch/serve.py', import.meta.url), { args });
  if (server === undefined) {
    return `PyTorch: ${python} has no torch (LAMO_BENCH_PYTHON names another interpreter)`;
  }
  const { torch, device } = server.greeting;
  const counts = device === 'cpu' ? [...new Set([1, availableParallelism()])] : [availableParallelism()];
  let open = counts.length;
  return counts.map((threads) => {
    let peak: number | undefined;
    const note = device === 'cpu' ? `, ${threads} thread${threads === 1 ? '' : 's'}` : '';
    return {
      name: `PyTorch ${torch} eager, ${device}, ${precision}${note}`,
      async measure(steps) {
        const answer = await server.ask({ case: name, options, threads, steps });
        peak = answer.peak_mb as number | undefined;
        return answer.ms as number;
      },
      peakMegabytes: () => peak,
      async close() {
        open -= 1;
        if (open === 0) server.close();
      },
    };
  });
}
