import { type TokenCritics, tokenCritics } from '@lamo/models';
import { type Loss, softValues, stopGradient, withoutGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { advantageWeights, bellmanTarget, expectileErrors } from '../losses';
import { meanOver } from './mean-over';

/** What networks say of the tokens of a batch, and what came of these. N = B · (T − 1), row after row: each token but the last of its row chooses one. */
export interface TokenDecisions {
  /** [N, V] of the policy */
  readonly logits: tf.Tensor;
  /** [N, V] of Q₁ and Q₂ */
  readonly critics: readonly [tf.Tensor, tf.Tensor];
  /** [N] min(Q̄₁, Q̄₂) of what was written, of the targets; has no gradient */
  readonly worth: tf.Tensor;
  /** [B, T′] V at each token, and, from place T on, at those of what came next where it is a text of its own */
  readonly values: tf.Tensor;
  /** [N] what was written */
  readonly next: tf.Tensor;
  /** [N] 1 where that is learned, else 0 */
  readonly weights: tf.Tensor;
  /** [N] what it brought */
  readonly rewards: tf.Tensor;
  /** [N] the place in the row where the next token is chosen, −1 for none */
  readonly nextStates: tf.Tensor;
  /** [N] discounted sum of this reward and later ones */
  readonly returns: tf.Tensor;
}

/** Settings of {@link tokenValueLoss}. */
export interface TokenValueLossOptions {
  /** γ */
  readonly discount: number;
  /** τ */
  readonly expectile: number;
  /** What V learns from: min(Q₁, Q₂) of the targets, or returns. */
  readonly valueTarget: 'td' | 'monte-carlo';
  /** Of the cross-entropy of the critics. */
  readonly conservativeWeight: number;
  /** Of that of the policy. */
  readonly imitationWeight: number;
  /** Weighs what is imitated by exp of this times its advantage. */
  readonly imitationAdvantageWeight: number;
}

/**
 * Computes the losses of ILQL, means over the tokens that are learned (Snell et al. 2023, section 4, and their code): Σₖ (r + γ V(s′) − Qₖ(a))² with V(s′) detached;
 * the expectile loss of V against min(Q̄₁, Q̄₂)(a); the cross-entropy of each Qₖ; and that of the policy.
 */
export function tokenValueLoss(
  decisions: TokenDecisions,
  options: TokenValueLossOptions,
): Loss<Readonly<Record<string, tf.Tensor>>> {
  const { next, weights, rewards, worth } = decisions;
  const meanOf = meanOver(weights);
  const { values, nextValues, ended } = lookAhead(decisions);
  const goal = options.valueTarget === 'td' ? worth : decisions.returns;
  const valueLoss = meanOf(expectileErrors(tf.sub(goal, values), options.expectile));
  const bellman = bellmanTarget(rewards, ended, nextValues as tf.Tensor1D, options.discount);
  const critics = decisions.critics.map((logits) => softValues(logits, next));
  const sumOf = (terms: readonly tf.Tensor[]) => meanOf(tf.addN([...terms]));
  const criticLoss = sumOf(critics.map(({ chosen }) => tf.square(tf.sub(bellman, chosen))));
  const conservativeLoss = tf.neg(sumOf(critics.map(({ logLikelihoods }) => logLikelihoods)));
  const advantages = stopGradient(tf.sub(worth, values));
  const { logLikelihoods } = softValues(decisions.logits, next);
  const imitated = tf.mul(logLikelihoods, advantageWeights(advantages, options.imitationAdvantageWeight));
  const weighted = (loss: tf.Tensor, by: number) => tf.mul(loss, by);
  const loss = tf.addN([
    tf.add(criticLoss, valueLoss),
    weighted(conservativeLoss, options.conservativeWeight),
    weighted(tf.neg(meanOf(imitated)), options.imitationWeight),
  ]) as tf.Scalar;
  return {
    loss,
    aux: {
      ...{ negativeLogLikelihood: tf.neg(meanOf(logLikelihoods)), criticLoss, valueLoss, conservativeLoss },
      ...{ value: meanOf(values), advantage: meanOf(tf.abs(advantages)) },
    },
  };
}

/** V where tokens are chosen, and where the next ones are. */
function lookAhead({ values, nextStates }: TokenDecisions) {
  const [rows, length] = values.shape as [number, number];
  const decisions = nextStates.size / rows; // T − 1
  const deciding = tf.reshape(tf.slice(values, [0, 0], [-1, decisions]), [-1]); // [N]
  const ended = tf.cast(tf.less(nextStates, 0), 'float32'); // [N]
  const row = tf.mul(
    tf.floorDiv(tf.range(0, nextStates.size, 1, 'int32'), tf.scalar(decisions, 'int32')),
    tf.scalar(length, 'int32'),
  );
  const place = tf.add(tf.cast(tf.maximum(nextStates, 0), 'int32'), row);
  const all = tf.reshape(stopGradient(values), [rows * length]);
  return { values: deciding, nextValues: tf.gather(all, place as tf.Tensor1D), ended };
}

/**
 * Computes min(Q̄₁, Q̄₂) of what was written, as a constant to every gradient.
 *
 * @param hidden [N, D]
 * @param next [N]
 * @returns [N]
 */
export function worthOfWritten(
  targets: TokenCritics<tf.Tensor>,
  hidden: tf.Tensor,
  next: tf.Tensor,
): tf.Tensor {
  const places = tf.stack([tf.range(0, next.size, 1, 'int32'), tf.cast(next, 'int32')], 1);
  return withoutGradient(hidden, (x) => {
    const [first, second] = tokenCritics(targets, x);
    return tf.minimum(tf.gatherND(first, places), tf.gatherND(second, places));
  });
}
