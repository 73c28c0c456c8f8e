import { LamoError } from '@lamo/core';

/**
 * Weighs demonstrations of any task as samples of what the expert would do for another (Bagatella et al. 2025, Eq. 3):
 *
 * w(τᵢ, c) = n · π(τᵢ | c) / Σₖ π(τᵢ | cₖ), with cₖ the tasks of all n demonstrations
 *
 * What the world does cancels. Weights are given as logarithms, as likelihoods of whole demonstrations may be too small or large for
 * numbers.
 *
 * @param logLikelihoods [n, T] Σₜ log π(aₜ | sₜ, c) of each demonstration, had it been asked for each of T tasks
 * @param counts [T] how many demonstrations there are of each, n in all
 * @returns [n, T] log w: over the tasks of the demonstrations, the w of each demonstration have the mean 1
 * @throws LamoError `shape-mismatch`, `not-finite`
 */
export function logImportanceWeights(logLikelihoods: Float64Array, counts: readonly number[]): Float64Array {
  const tasks = counts.length;
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (logLikelihoods.length !== n * tasks) {
    throw new LamoError({
      where: 'algos/active',
      code: 'shape-mismatch',
      problem: 'There must be a likelihood of every demonstration for every task',
      expected: `${n} · ${tasks} numbers`,
      received: String(logLikelihoods.length),
    });
  }
  const asked = counts.flatMap((count, task) => (count > 0 ? [{ task, log: Math.log(count) }] : []));
  const weights = new Float64Array(n * tasks);
  for (let i = 0; i < n; i++) {
    const row = logLikelihoods.subarray(i * tasks, (i + 1) * tasks);
    checkLikelihoods(row, i);
    const mixture = logSumExp(asked.map(({ task, log }) => log + row[task]!));
    for (let task = 0; task < tasks; task++) weights[i * tasks + task] = Math.log(n) + row[task]! - mixture;
  }
  return weights;
}

/**
 * Makes weights that add up to 1 of their logarithms.
 *
 * @param logWeights [n]
 * @returns [n]
 */
export function normaliseWeights(logWeights: readonly number[]): number[] {
  const sum = logSumExp(logWeights);
  return logWeights.map((weight) => Math.exp(weight - sum));
}

function checkLikelihoods(row: Float64Array, demonstration: number): void {
  const wrong = row.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw new LamoError({
    where: 'algos/active',
    code: 'not-finite',
    problem: `The log-likelihood of demonstration ${demonstration} for task ${wrong} is not finite`,
    expected: 'a finite number',
    received: String(row[wrong]),
  });
}

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
