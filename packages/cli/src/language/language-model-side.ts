import { formatCount } from '../terminal/format';
import { describePerplexities } from './describe-perplexities';
import { describePerplexity } from './describe-perplexity';
import { modelSide } from './model-side';
import { type PerplexityRecord, perplexityOf } from './perplexity-records';
import type { SnapshotMeasure } from './snapshot-measure';
import type { WrittenSample } from './write-samples';

/** How well a language model predicts what was held out, and what it makes of prompts. */
const perplexityMeasure: SnapshotMeasure<PerplexityRecord> = {
  records: 'perplexity.jsonl',
  lines: perplexityOf,
  tells: 'says how well they predict what was held out',
  /** One snapshot in a line, and one for each sample: `step 400  perplexity 31.2  (3.44 nats per token, 90 held-out examples)`. */
  word({ step, perplexity, loss, samples = [] }, { heldOut, leastLoss }) {
    const value = describePerplexity({ perplexity, loss }, leastLoss);
    const line = `step ${formatCount(step)}  ${value.perplexity}  (${value.loss}, ${heldOut})`;
    return [line, ...samples.map(describeSample)].join('\n');
  },
  summarise(last) {
    const { loss = null, perplexity = null } = last ?? {};
    return { loss, perplexity };
  },
  describeSeeds: describePerplexities,
};

/** The end of a prompt, and what the model makes of it: `  …black and white: → black white`. */
function describeSample({ prompt, completion }: WrittenSample): string {
  const onOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  const [given, made] = [onOneLine(prompt), onOneLine(completion)];
  const shown = given.length > 30 ? `…${given.slice(-29)}` : given;
  return `  ${shown} → ${made.length > 44 ? `${made.slice(0, 43)}…` : made}`;
}

/** Runs that end with a language model, and take snapshots of it on their way. */
export const languageModelSide = modelSide(perplexityMeasure);
