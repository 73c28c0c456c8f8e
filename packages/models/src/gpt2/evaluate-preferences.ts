import type { Preferences } from '@lamo/data';
import type { LoadedGpt2 } from './load-gpt2';
import { type ScoreTextsOptions, scoreTexts } from './score-texts';

/** How well a reward model tells better answers from worse ones. */
export interface PreferenceScore {
  /** Mean −log σ(r_chosen − r_rejected), in nats; log 2 for a model that cannot tell. */
  readonly loss: number;
  /** Share of the pairs whose better answer has the higher reward; a pair with equal rewards counts half. */
  readonly accuracy: number;
  /** Mean r_chosen − r_rejected. */
  readonly margin: number;
  /** Pairs that were looked at. */
  readonly pairs: number;
}

/**
 * Measures how well a reward model tells better answers from worse ones, with dropout off.
 *
 * @throws LamoError as `scoreTexts` does
 * @example
 * const { accuracy } = await evaluatePreferences(await loadGpt2('judge/model'), heldOut);
 */
export async function evaluatePreferences(
  model: LoadedGpt2,
  { answers }: Pick<Preferences, 'answers'>,
  options: ScoreTextsOptions = {},
): Promise<PreferenceScore> {
  const scores = await scoreTexts(model, answers, options);
  const pairs = scores.length / 2;
  const margins = Float64Array.from(
    { length: pairs },
    (_, i) => scores[2 * i]!.reward - scores[2 * i + 1]!.reward,
  );
  const mean = (of: (margin: number) => number) =>
    margins.reduce((sum, margin) => sum + of(margin), 0) / pairs;
  return {
    loss: mean((margin) => Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)))),
    accuracy: mean((margin) => (Math.sign(margin) + 1) / 2),
    margin: mean((margin) => margin),
    pairs,
  };
}
