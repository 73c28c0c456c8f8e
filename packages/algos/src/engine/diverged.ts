import { LamoError } from '@lamo/core';
import { type HostArray, nonFiniteLeaves, type Tree } from '@lamo/runtime';

/**
 * Stops at the first step with a metric that is not a finite number, and names all such metrics: they say where it began.
 *
 * @param taken steps that were taken before
 * @param each metrics of the steps after them, in their order
 * @throws LamoError `diverged`
 */
export function checkMetrics(
  algorithm: string,
  taken: number,
  each: readonly Readonly<Record<string, number>>[],
): void {
  const at = each.findIndex((metrics) => !Object.values(metrics).every(Number.isFinite));
  if (at < 0) return;
  const broken = Object.entries(each[at]!).filter(([, value]) => !Number.isFinite(value));
  const names = broken.map(([metric]) => `'${metric}'`).join(', ');
  const verb = broken.length === 1 ? 'is not a finite number' : 'are not finite numbers';
  throw diverged(algorithm, {
    problem: `${names} of step ${taken + at + 1} ${verb}`,
    expected: 'finite metrics',
    received: broken.map(([, value]) => value).join(', '),
  });
}

/**
 * Checks that a state can be kept and used: metrics may be finite beside weights or moments that are not.
 *
 * @throws LamoError `diverged`, naming the parts of the state
 */
export function checkState(algorithm: string, step: number, state: Tree<HostArray>): void {
  const broken = nonFiniteLeaves(state);
  const [first] = broken;
  if (first === undefined) return;
  const groups = [...new Set(broken.map(({ path }) => path.split('/')[0]!))];
  throw diverged(algorithm, {
    problem: `after step ${step} the state has numbers that are not finite in ${groups.map((name) => `'${name}'`).join(', ')}`,
    expected: 'finite weights and moments',
    received: `${first.value} in '${first.path}' at position ${first.position}${broken.length === 1 ? '' : `, and ${broken.length - 1} more tensors`}`,
  });
}

function diverged(
  algorithm: string,
  { problem, ...details }: Readonly<Record<'problem' | 'expected' | 'received', string>>,
): LamoError {
  return new LamoError({
    where: `algos/${algorithm}`,
    code: 'diverged',
    problem: `Training diverged: ${problem}`,
    ...details,
    hint:
      'Train again with a smaller learning rate, or check the data for extreme values. The last two checkpoints from before stay: ' +
      'the later one may be close to the end already, the one before it is safer.',
  });
}
