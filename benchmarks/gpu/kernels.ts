import { openDevice } from '@lamo/runtime';
import { computeKernel, namedKernels } from './compute-kernel';
import { expectedNumbers, readExpected } from './expected';
import type { PartSetup } from './row';

/** Of a small run: every so many-th kernel. */
const STRIDE = 12;
/** Part of the time that is kept for saying what came out. */
const RESERVE_MS = 2000;

/** Compares the kernels, with their gradients, with what `cpu` computed; as many as there is time for. */
export async function checkKernels({ plugin, isSmall, limit, report }: PartSetup): Promise<void> {
  const device = await openDevice('xla', { plugin });
  const expected = readExpected();
  const chosen = namedKernels.filter((_, i) => !isSmall || i % STRIDE === 0);
  const wrong: string[] = [];
  let done = 0;
  for (const [name, kernel] of chosen) {
    if (performance.now() > limit - RESERVE_MS) break;
    try {
      const { relative = 1e-5, absolute = 1e-5 } = kernel;
      const received = await computeKernel(device, kernel);
      const difference = firstDifference(received, expectedNumbers(expected, name), relative, absolute);
      if (difference !== undefined) wrong.push(`${name}: ${difference}`);
    } catch (error) {
      wrong.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
    done += 1;
  }
  const left = done < chosen.length ? `; no time for the other ${chosen.length - done}` : '';
  report({
    what: 'kernels, forward and gradient, equal those of cpu',
    result: `${done - wrong.length} of ${done}${left}`,
    isGood: wrong.length === 0 && done > 0,
  });
  for (const one of wrong) report({ what: '  differs', result: one });
}

function firstDifference(received: Float32Array, expected: Float32Array, relative: number, absolute: number) {
  if (received.length !== expected.length) return `${received.length} numbers instead of ${expected.length}`;
  const i = expected.findIndex((b, i) => {
    const a = received[i]!;
    return !Object.is(a, b) && !(Math.abs(a - b) <= absolute + relative * Math.abs(b)) && a !== b;
  });
  return i === -1 ? undefined : `${received[i]} instead of ${expected[i]}`;
}
