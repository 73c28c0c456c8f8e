import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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
  const python = process.env.LAMO_BENCH_PYTHON ?? 'python3';
  const script = fileURLToPath(new URL('../pytorch/serve.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const absent = `PyTorch: ${python} has no torch (LAMO_BENCH_PYTHON names another interpreter)`;
  const failed = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)));
  const greeting = await Promise.race([lines.next(), failed]);
  if (greeting === undefined || greeting.done === true) return absent;
  const { torch } = JSON.parse(greeting.value) as { torch: string };

  let open = 0;
  return [...new Set([1, availableParallelism()])].map((threads) => {
    open += 1;
    return {
      name: `PyTorch ${torch} eager, ${threads} thread${threads === 1 ? '' : 's'}`,
      async measure(steps) {
        child.stdin.write(`${JSON.stringify({ case: name, options, threads, steps })}\n`);
        const answer = await lines.next();
        if (answer.done === true) throw new Error('the PyTorch process ended early');
        return (JSON.parse(answer.value) as { ms: number }).ms;
      },
      async close() {
        open -= 1;
        if (open === 0) child.stdin.end();
      },
    };
  });
}
