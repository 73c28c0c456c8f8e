import { checkCount, LamoError } from '@lamo/core';
import { condition } from './condition';
import type { Kernel } from './kernel';

/** A demonstration as it may come: pairs of a state and the task that is asked for. */
export interface Foreseen<Points> {
  /** How likely it is; those of a candidate add up to 1. */
  readonly weight: number;
  /** Its states, with that task. */
  readonly points: Points;
}

/** Where policies are judged. */
export interface Targets<Points> {
  /** States that the expert comes to, each with its task: m pairs. */
  readonly points: Points;
  /** [m] how much each matters. */
  readonly weights: readonly number[];
}

/** What is asked of {@link selectTasks}. */
export interface SelectTasksOptions<Points> {
  /** What is believed now. */
  readonly kernel: Kernel<Points>;
  /** For each task that could be asked for, how its demonstration may look. */
  readonly candidates: readonly (readonly Foreseen<Points>[])[];
  /** Where the policy is to be good. */
  readonly targets: Targets<Points>;
  /** Variance of what a demonstration shows, in units of the kernel. */
  readonly noise: number;
  /**
   * What a demonstration is to reduce: the entropies of the target actions, or their variances (of policies whose kernel is their
   * gradients).
   */
  readonly criterion: 'entropy' | 'variance';
  /** How many tasks to choose, each in the light of those before it. @default 1 */
  readonly count?: number;
}

/** A task that was chosen, and why. */
export interface SelectedTask {
  /** Which of the candidates. */
  readonly candidate: number;
  /**
   * [candidates] what each would take away: nats of entropy, or the share of the variance, of a target on average; the chosen one has
   * the largest.
   */
  readonly gains: readonly number[];
}

/**
 * Chooses the tasks of which a demonstration teaches most about what the expert would do where the policy is judged: the empirical
 * objective of Bagatella et al. 2025 (Section 4.2 and Appendix C), with the sum of the entropies that are left (AMF-GP), or of the
 * variances (AMF-NN). Their Eq. 4 as printed minimises the variance that is removed; what follows from their Eq. 2 is that which is left.
 *
 * @returns `count` tasks in the order of choice; the first of equally good ones is chosen
 * @throws LamoError `no-candidates`, `no-foreseen`, `no-targets`, `invalid-weights`, `out-of-range`, `not-positive-definite`
 * @example
 * const [best] = selectTasks({ kernel: gradientKernel(scale), candidates, targets, noise: 0.01, criterion: 'variance' });
 */
export function selectTasks<Points>(options: SelectTasksOptions<Points>): SelectedTask[] {
  const { candidates, targets, kernel, count = 1 } = options;
  checkCount('algos/active', 'count', count);
  if (candidates.length === 0) throw missing('no-candidates', 'No task can be asked for');
  const lacking = candidates.findIndex((foreseen) => foreseen.length === 0);
  if (lacking >= 0)
    throw missing('no-foreseen', `Nothing says how a demonstration of task ${lacking} may look`, EACH_ONCE);
  if (kernel.count(targets.points) === 0) throw missing('no-targets', 'There are no states to be good at');
  checkWeights(targets.weights);
  return choose(options, count);
}

function choose<Points>(options: SelectTasksOptions<Points>, count: number): SelectedTask[] {
  const { kernel, candidates, targets, noise } = options;
  const gains = candidates.map((foreseen) => expectedGain(foreseen, options));
  const candidate = gains.indexOf(Math.max(...gains));
  const selected = { candidate, gains };
  if (count === 1) return [selected];
  // What comes next is chosen as if the likeliest demonstration of this task had come already.
  const [first, ...others] = candidates[candidate]!;
  const likeliest = others.reduce((best, other) => (other.weight > best.weight ? other : best), first!);
  const known = condition(kernel, likeliest.points, noise);
  const rest = choose(
    {
      ...options,
      kernel: known,
      candidates: candidates.map((foreseen) =>
        foreseen.map(({ weight, points }) => ({ weight, points: known.see(points) })),
      ),
      targets: { ...targets, points: known.see(targets.points) },
    },
    count - 1,
  );
  return [selected, ...rest];
}

/** What a demonstration of a task takes away at the targets, over how it may look. */
function expectedGain<Points>(
  foreseen: readonly Foreseen<Points>[],
  { kernel, targets, noise, criterion }: SelectTasksOptions<Points>,
): number {
  const before = kernel.variances(targets.points);
  const gains = foreseen.map(({ weight, points }) => {
    const known = condition(kernel, points, noise);
    const after = known.variances(known.see(targets.points));
    return weight * gainOf(before, after, targets.weights, criterion);
  });
  return sum(gains);
}

/** Variances below this share of the largest are rounding, of which no entropy is taken. */
const SMALLEST = 1e-12;

function gainOf(
  before: Float64Array,
  after: Float64Array,
  weights: readonly number[],
  criterion: SelectTasksOptions<unknown>['criterion'],
): number {
  const smallest = SMALLEST * before.reduce((most, variance) => Math.max(most, variance), 0);
  const weighted = (value: (i: number) => number) => sum(weights.map((weight, i) => weight * value(i)));
  if (criterion === 'variance') {
    const total = weighted((i) => before[i]!);
    return total === 0 ? 0 : weighted((i) => before[i]! - after[i]!) / total;
  }
  const entropy = (variance: number) => Math.log(Math.max(variance, smallest)) / 2;
  const gain = weighted((i) => (smallest === 0 ? 0 : entropy(before[i]!) - entropy(after[i]!)));
  return gain / sum(weights);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function checkWeights(weights: readonly number[]): void {
  const wrong = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (wrong < 0 && weights.some((weight) => weight > 0)) return;
  throw new LamoError({
    where: 'algos/active',
    code: 'invalid-weights',
    problem: 'Weights say how much each state matters that the policy is judged on',
    expected: 'numbers of at least 0, of which some are above 0',
    received: wrong < 0 ? 'only 0' : `${weights[wrong]} at ${wrong}`,
  });
}

const EACH_ONCE = 'Ask for each task once before a rule chooses (warmStart).';

function missing(code: string, problem: string, hint?: string): LamoError {
  const [expected, received] = ['at least one', 'none'];
  return new LamoError({ where: 'algos/active', code, problem, expected, received, ...(hint && { hint }) });
}
