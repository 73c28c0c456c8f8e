import type { LabelledRows } from './demonstration';
import { featureKernel, gradientKernel, type LastLayerGradients } from './gradient-kernel';
import type { Belief, Beliefs } from './learner';

/** How gradients of a network become beliefs. */
export interface GradientBeliefsOptions {
  /** @default 'own' */
  readonly belief?: Belief | undefined;
  /** Variance of what a demonstration shows, where rows that are judged have the variance 1 on average. @default 0.01 */
  readonly noise?: number | undefined;
  /** Gradients of the last layer in rows. */
  readonly look: (rows: LabelledRows) => Promise<LastLayerGradients>;
}

/**
 * Says what a network believes by the gradients of its last layer, in units of their mean variance in the rows that are judged.
 *
 * @param rows where it is judged
 */
export async function gradientBeliefs(
  rows: LabelledRows,
  { belief = 'own', noise = 0.01, look }: GradientBeliefsOptions,
): Promise<Beliefs<LastLayerGradients>> {
  const make = belief === 'own' ? gradientKernel : featureKernel;
  const judged = await look(rows);
  const variances = make().variances(judged);
  const scale = variances.reduce((sum, variance) => sum + variance, 0) / variances.length;
  return { kernel: make(scale > 0 ? scale : 1), noise, judged, look };
}
