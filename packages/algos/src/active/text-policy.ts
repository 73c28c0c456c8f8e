import type { Policy } from '@lamo/core';
import type { Rows } from './kernel';
import { bestOf, type MixedNetworks } from './mixed-policy';
import { softmaxRows } from './output-losses';
import { type Mixture, toldWeights } from './task-mixing';
import { textSpec } from './text-demonstrations';
import type { TextView } from './text-view';

/** How a mixture of language models is told texts. */
export interface MixedTexts extends Omit<Mixture, 'spec'> {
  /** Tokens of the longest text. */
  readonly context: number;
  readonly vocabularySize: number;
}

/**
 * Computes how likely a mixture of two language models finds each next token: α(c) p̂ + (1 − α(c)) p̄, ours after Bagatella et al. 2025,
 * Section 4.2. Probabilities are mixed and not scores: scores are free up to a number for each text, so a distance of them means nothing,
 * and α is what is nearest to the demonstrations in squared distance. Of probabilities that is the Brier score, which is smallest for
 * the true ones, and α still has its closed form.
 *
 * @param observations [n, width]
 * @returns [n, V]
 */
export async function mixedOdds(
  { prior, tuned }: MixedNetworks<TextView>,
  { context, vocabularySize, ...mixing }: MixedTexts,
  observations: Float32Array,
  width: number,
): Promise<Rows> {
  const spec = textSpec(width, context, vocabularySize);
  const weightAt = toldWeights({ ...mixing, spec }, observations);
  const [after, before] = [await odds(tuned, observations, width), await odds(prior, observations, width)];
  const data = Float64Array.from(after.data, (value, i) => {
    const weight = weightAt(Math.floor(i / vocabularySize));
    return weight * value + (1 - weight) * before.data[i]!;
  });
  return { width: vocabularySize, data };
}

/** How likely a model finds each next token, [n, V]. */
export async function odds(view: TextView, observations: Float32Array, width: number): Promise<Rows> {
  return softmaxRows((await view.look(observations, width)).outputs);
}

/** Writes the likeliest next token of texts, one for each: the first of equally likely ones. */
export function textPolicy(networks: MixedNetworks<TextView>, mixed: MixedTexts): Policy {
  let batch = 1;
  return {
    actionSpace: { kind: 'discrete', count: mixed.vocabularySize },
    reset(count) {
      batch = count;
    },
    async act(seen) {
      const observations = Float32Array.from(seen);
      const { width, data } = await mixedOdds(networks, mixed, observations, seen.length / batch);
      return bestOf(Float32Array.from(data), width);
    },
  };
}
