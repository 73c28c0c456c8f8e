import type { Perplexity } from '@lamo/models';
import { formatSignificant } from '../terminal/format';

/**
 * Words how well a language model predicts: `perplexity 96.4` and `4.57 nats per token`, each with the best that is possible, if that is known.
 *
 * @param leastLoss in nats per token
 */
export function describePerplexity(
  { perplexity, loss }: Pick<Perplexity, 'perplexity' | 'loss'>,
  leastLoss: number | undefined,
): { readonly perplexity: string; readonly loss: string } {
  const best = (least: number) => (leastLoss === undefined ? '' : `, at best ${formatSignificant(least)}`);
  return {
    perplexity: `perplexity ${formatSignificant(perplexity)}${best(Math.exp(leastLoss ?? 0))}`,
    loss: `${formatSignificant(loss)} nats per token${best(leastLoss ?? 0)}`,
  };
}
