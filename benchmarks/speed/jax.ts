import { availableParallelism } from 'node:os';
import { python, startPython } from '../../test/python-server';
import type { Contender } from './contender';
import type { PeerSetup } from './pytorch';

/** XLA reads how many threads it may use when it starts. */
const ONE_THREAD = '--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1';

/** What JAX calls the precision of its products. */
const PRECISIONS = { float32: 'highest', tf32: 'tensorfloat32', bf16: 'bfloat16' } as const;

/**
 * Starts the JAX counterpart of a step, compiled as a scan over many, in a process of its own; on the processor in one for every
 * thread count.
 *
 * @param name script in benchmarks/jax
 * @returns the contenders, or why there are none
 */
export async function jaxContenders(
  name: string,
  { hardware, precision }: PeerSetup,
): Promise<Contender[] | string> {
  const found: Contender[] = [];
  for (const { note, environment } of hardware === 'cpu' ? onProcessor() : [ON_GPU]) {
    const server = await startPython(new URL(`../jax/${name}.py`, import.meta.url), {
      environment: { JAX_DEFAULT_MATMUL_PRECISION: PRECISIONS[precision], ...environment },
    });
    if (server === undefined)
      return `JAX: ${python} has no jax (LAMO_BENCH_PYTHON names another interpreter)`;
    const { jax, device } = server.greeting;
    found.push({
      name: `JAX ${jax} jit and scan, ${device}, ${precision}${note}`,
      measure: async (steps) => (await server.ask({ steps })).ms as number,
      close: async () => server.close(),
    });
  }
  return found;
}

/** JAX would take three quarters of the memory at once. */
const ON_GPU = { note: '', environment: { XLA_PYTHON_CLIENT_PREALLOCATE: 'false' } };

function onProcessor(): { note: string; environment: Record<string, string> }[] {
  return Array.from(new Set([1, availableParallelism()]), (threads) => ({
    note: `, ${threads} thread${threads === 1 ? '' : 's'}`,
    environment: { JAX_PLATFORMS: 'cpu', ...(threads === 1 ? { XLA_FLAGS: ONE_THREAD } : {}) },
  }));
}
