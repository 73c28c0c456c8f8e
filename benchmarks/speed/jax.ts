import { availableParallelism } from 'node:os';
import { python, startPython } from '../../test/python-server';
import type { Contender } from './contender';

/** XLA reads how many threads it may use when it starts. */
const ONE_THREAD = '--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1';

/**
 * Starts the JAX counterpart of a step, compiled as a scan over many, in a process of its own for every thread count.
 *
 * @param name script in benchmarks/jax
 * @returns the contenders, or why there are none
 */
export async function jaxContenders(name: string): Promise<Contender[] | string> {
  const found: Contender[] = [];
  for (const threads of new Set([1, availableParallelism()])) {
    const environment = { JAX_PLATFORMS: 'cpu', ...(threads === 1 ? { XLA_FLAGS: ONE_THREAD } : {}) };
    const server = await startPython(new URL(`../jax/${name}.py`, import.meta.url), { environment });
    if (server === undefined)
      return `JAX: ${python} has no jax (LAMO_BENCH_PYTHON names another interpreter)`;
    found.push({
      name: `JAX ${server.greeting.jax} jit and scan, ${threads} thread${threads === 1 ? '' : 's'}`,
      measure: async (steps) => (await server.ask({ steps })).ms as number,
      close: async () => server.close(),
    });
  }
  return found;
}
