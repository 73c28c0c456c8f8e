import { LamoError } from '@lamo/core';
import type { JudgedPolicy } from '../ingredients/judging/load-judged-policy';
import { isDiscrete } from '../kinds/policy';
import type { Behaviour } from './behaviour';
import type { PreparedLog } from './prepare-log';

/** What is taken for the probabilities of a policy: of the one action that it takes, or by the scores that it chooses from. */
export type Probabilities = 'deployed' | 'softmax';

/** Settings of {@link policyDensities}. */
export interface PolicyDensitiesOptions {
  /**
   * Of classes: `deployed` for the class that the policy takes, which is certain; `softmax` for a policy that would draw from its
   * scores.
   * @default 'deployed'
   */
  readonly probabilities?: Probabilities;
  /**
   * Of amounts: width of the Gaussian around the policy's action, in deviations of whoever acted.
   * @default (4 / ((A + 2) E))^(1 / (A + 4)) for E episodes and A components, Silverman's rule; an episode is one sample, however long
   */
  readonly bandwidth?: number;
}

/** How likely a policy was to act so. */
export interface PolicyDensities {
  /** log π(a|s) [N], of actions as batches have them; −∞ where the policy does something else. */
  readonly logDensities: Float64Array;
  /** Of amounts: the width that was taken, in deviations of whoever acted; null for classes. */
  readonly bandwidth: number | null;
}

/**
 * Computes how likely the logged actions are for a policy. One that takes a certain amount has no density, so it is taken to draw from a
 * narrow Gaussian around it, within the range of actions (Kallus and Zhou 2018, "Policy Evaluation and Optimization with Continuous Treatments"): the wider,
 * the steadier the estimate, and the less it is of this policy.
 *
 * @throws LamoError `no-scores` for `softmax` of a policy that has none
 */
export async function policyDensities(
  log: PreparedLog,
  policy: JudgedPolicy,
  behaviour: Behaviour,
  { probabilities = 'deployed', bandwidth }: PolicyDensitiesOptions = {},
): Promise<PolicyDensities> {
  const observations = log.data.observations as Float32Array; // images are refused before: no policy file takes them
  if (isDiscrete(log.spec)) {
    const logDensities =
      probabilities === 'softmax'
        ? chosenOf(log, await likelyClasses(policy, observations))
        : agreement(log, await policy.act(observations));
    return { logDensities, bandwidth: null };
  }
  if (probabilities === 'softmax')
    throw noScores('Actions that are amounts have no scores to draw from', 'classes');
  const width = bandwidth ?? silverman(log.data.episodeEnds.length, log.spec.actionSize);
  const deviations = behaviourDeviations(log, behaviour).map((deviation) => width * deviation);
  return { logDensities: kernel(log, await policy.act(observations), deviations), bandwidth: width };
}

function likelyClasses(policy: JudgedPolicy, observations: Float32Array): Promise<Float32Array> {
  if (policy.logProbabilities !== undefined) return policy.logProbabilities(observations);
  throw noScores('The policy does not say how likely it is to choose each class', 'one that does');
}

function noScores(problem: string, expected: string): LamoError {
  return new LamoError({
    where: 'algos/estimators',
    code: 'no-scores',
    problem,
    expected: `${expected}, for probabilities by softmax`,
    hint: 'Leave out the softmax: what is judged is then the action that the policy takes.',
  });
}

/** 0 = log 1 where the policy takes the class that was logged, and −∞ = log 0 elsewhere. */
function agreement({ data, spec }: PreparedLog, taken: Float32Array): Float64Array {
  const { actionSize } = spec;
  return Float64Array.from({ length: data.size }, (_, row) => {
    for (let i = row * actionSize; i < (row + 1) * actionSize; i++)
      if (data.actions[i]! === 1) return taken[i] === 1 ? 0 : Number.NEGATIVE_INFINITY;
    return Number.NEGATIVE_INFINITY;
  });
}

/** Of all classes [N, n] the one that was logged. */
function chosenOf({ data, spec }: PreparedLog, logProbabilities: Float32Array): Float64Array {
  const { actionSize } = spec;
  return Float64Array.from({ length: data.size }, (_, row) => {
    const at = row * actionSize;
    return logProbabilities[at + data.actions.subarray(at, at + actionSize).indexOf(1)]!;
  });
}

/** The width of a kernel for samples of a Gaussian (Silverman 1986, equation 4.14), in their deviations. */
function silverman(samples: number, dimensions: number): number {
  return (4 / ((dimensions + 2) * samples)) ** (1 / (dimensions + 4));
}

/**
 * How far the actions of whoever acted are from what could be foreseen of them. A Gaussian's mean log density is
 * −Σ log σ − A/2 log 2πe, so the densities tell the mean deviation; components share it as they vary in the log.
 *
 * @returns [A]
 */
function behaviourDeviations({ data, spec }: PreparedLog, { logDensities }: Behaviour): number[] {
  const { actionSize } = spec;
  const mean = logDensities.reduce((sum, density) => sum + density / logDensities.length, 0);
  const typical = Math.exp(-mean / actionSize) / Math.sqrt(2 * Math.PI * Math.E);
  const spread = Array.from({ length: actionSize }, (_, column) =>
    spreadOf(data.actions, actionSize, column),
  );
  const common = Math.exp(spread.reduce((sum, own) => sum + Math.log(own) / actionSize, 0));
  return spread.map((own) => (typical * own) / common);
}

/** Standard deviation of a column; a thousandth of the range where it never varies, so that it weighs nothing and divides nothing by 0. */
function spreadOf(actions: Float32Array, actionSize: number, column: number): number {
  const rows = actions.length / actionSize;
  let [sum, squares] = [0, 0];
  for (let i = column; i < actions.length; i += actionSize) sum += actions[i]!;
  const mean = sum / rows;
  for (let i = column; i < actions.length; i += actionSize) squares += (actions[i]! - mean) ** 2;
  return Math.max(1e-3, Math.sqrt(squares / rows));
}

/**
 * The density of what was done around what the policy does, within the range of actions:
 * −Σ ½ ((a − π(s)) / h)² + log h + ½ log 2π + log (Φ((1 − π(s)) / h) − Φ((−1 − π(s)) / h)).
 */
function kernel({ data, spec }: PreparedLog, taken: Float32Array, widths: readonly number[]): Float64Array {
  const { actionSize } = spec;
  return Float64Array.from({ length: data.size }, (_, row) =>
    widths.reduce((sum, width, column) => {
      const i = row * actionSize + column;
      const center = taken[i]!;
      const distance = (data.actions[i]! - center) / width;
      const inside = normalBelow((1 - center) / width) - normalBelow((-1 - center) / width);
      return sum - distance ** 2 / 2 - Math.log(width * inside) - Math.log(2 * Math.PI) / 2;
    }, 0),
  );
}

/** Φ(x), within 1e-7 (Abramowitz and Stegun 1964, 26.2.17). */
function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (series * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  return x >= 0 ? 1 - above : above;
}
