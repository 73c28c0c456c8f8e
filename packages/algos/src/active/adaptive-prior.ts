import { checkCount, checkNumber, LamoError } from '@lamo/core';

/** What the expert did, and what two policies would have done, in the same states: [rows, A] each. */
export interface ComparedActions {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  /** a, the expert’s */
  readonly demonstrated: ArrayLike<number>;
  /** â, of the policy that was fine-tuned. */
  readonly tuned: ArrayLike<number>;
  /** ā, of the one that it was before. */
  readonly prior: ArrayLike<number>;
}

/** Settings of {@link mixingWeight}. */
export interface MixingWeightOptions {
  /** β, what a weight of 1 costs: the fine-tuned policy must be so much better, in squared distance and demonstration. */
  readonly beta: number;
  /** N, demonstrations of the task that these states are of. */
  readonly demonstrations: number;
}

/**
 * Computes how much a fine-tuned policy is to be trusted at a task, against the policy that it was before: the α of the smallest
 *
 * L(α) = Σₜ ‖aₜ − (α â + (1 − α) ā)‖² + β N α
 *
 * (Bagatella et al. 2025, Appendix H, their loss times the number of all demonstrations). It is a parabola, so its lowest point between
 * 0 and 1 is known: (Σ d · (a − ā) − β N / 2) / Σ ‖d‖², with d = â − ā.
 *
 * @returns α: 0 acts as before, 1 as fine-tuned; 0 where both do the same
 * @throws LamoError `shape-mismatch`, `out-of-range`
 */
export function mixingWeight(
  { actionSize, demonstrated, tuned, prior }: ComparedActions,
  { beta, demonstrations }: MixingWeightOptions,
): number {
  checkNumber('algos/active', 'beta', beta, 'a number of at least 0', (value) => value >= 0);
  checkCount('algos/active', 'demonstrations', demonstrations);
  checkSizes({ actionSize, demonstrated, tuned, prior });
  let [aligned, squared] = [0, 0];
  for (let i = 0; i < demonstrated.length; i++) {
    const change = tuned[i]! - prior[i]!;
    aligned += change * (demonstrated[i]! - prior[i]!);
    squared += change ** 2;
  }
  if (squared === 0) return 0;
  return Math.min(1, Math.max(0, (aligned - (beta * demonstrations) / 2) / squared));
}

/** Settings of {@link descendMixingWeight}. */
export interface DescentOptions extends MixingWeightOptions {
  /** @default 1, the paper’s, of the loss divided by demonstrations */
  readonly learningRate?: number;
  /** @default 200 */
  readonly steps?: number;
  /** Where to begin. @default 0 */
  readonly start?: number;
}

/**
 * Finds the weight of {@link mixingWeight} as the paper does, by gradient steps on L(α) / N that stay between 0 and 1. With a rate that is
 * too high for how far the policies are apart it jumps to and fro: the closed form does not.
 *
 * @returns α
 * @throws as {@link mixingWeight}
 */
export function descendMixingWeight(compared: ComparedActions, options: DescentOptions): number {
  const { beta, demonstrations, learningRate = 1, steps = 200, start = 0 } = options;
  mixingWeight(compared, options); // checks
  const { demonstrated, tuned, prior } = compared;
  let alpha = start;
  for (let step = 0; step < steps; step++) {
    let slope = 0;
    for (let i = 0; i < demonstrated.length; i++) {
      const change = tuned[i]! - prior[i]!;
      slope -= 2 * change * (demonstrated[i]! - prior[i]! - alpha * change);
    }
    alpha = Math.min(1, Math.max(0, alpha - learningRate * (slope / demonstrations + beta)));
  }
  return alpha;
}

function checkSizes({ actionSize, demonstrated, tuned, prior }: ComparedActions): void {
  checkCount('algos/active', 'actionSize', actionSize);
  const sizes = [demonstrated, tuned, prior].map(({ length }) => length);
  if (sizes[0]! % actionSize === 0 && sizes.every((size) => size === sizes[0])) return;
  throw new LamoError({
    where: 'algos/active',
    code: 'shape-mismatch',
    problem: 'Actions of the expert and of both policies must be of the same states',
    expected: `[rows, ${actionSize}] three times`,
    received: `${sizes.join(', ')} numbers`,
  });
}
