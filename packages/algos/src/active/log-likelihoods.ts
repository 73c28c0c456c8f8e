import type { Task } from '@lamo/core';
import { type Demonstration, labelRows } from './demonstration';
import type { ActiveLearner } from './learner';

/** Steps whose log π is smaller are as unlikely as this, and densities above 1 count as 1. */
const SMALLEST = -12;

/**
 * Computes how likely demonstrations would be, had they been asked for each of some tasks: Σₜ log π(aₜ | sₜ, c), of single steps between −12
 * and 0 (Bagatella et al. 2025, Appendix M.2).
 *
 * @returns [n, T]
 */
export async function logLikelihoods<Points>(
  learner: Pick<ActiveLearner<Points>, 'part' | 'logDensities'>,
  demonstrations: readonly Demonstration[],
  tasks: readonly Task[],
): Promise<Float64Array> {
  const likelihoods = new Float64Array(demonstrations.length * tasks.length);
  for (const [i, demonstration] of demonstrations.entries()) {
    const { rows } = labelRows(
      tasks.map((task) => ({ demonstration, task })),
      learner.part,
    );
    const densities = await learner.logDensities(rows);
    const length = demonstration.dataset.size;
    for (const [row, density] of densities.entries())
      likelihoods[i * tasks.length + Math.floor(row / length)]! += Math.min(0, Math.max(SMALLEST, density));
  }
  return likelihoods;
}
