import type { Completions, MessageTemplate, Tokenizer } from '@lamo/data';
import { rewardableRows } from '@lamo/data';
import { mean } from '@lamo/eval';
import { type LoadedGpt2, redistributeReward, scoreTexts, type TextScore } from '@lamo/models';
import type { Device } from '@lamo/runtime';
import { formatCount } from '../terminal/format';
import type { RewardsFlags } from './rewards';
import { agreementWith, wordAgreement, writeLines } from './write-rewards';

/** Share of a reward that is spread over tokens if nothing else is said. */
const REDISTRIBUTED_SHARE = 0.8;

/** What judges, and what is judged. */
export interface Judged {
  readonly name: string;
  readonly model: LoadedGpt2;
  readonly tokenizer: Tokenizer;
  readonly completions: Completions;
}

/** Flags of `lamo rewards`, with the template that they name. */
type JudgingFlags = Omit<RewardsFlags, 'template'> & { readonly template: MessageTemplate };

/** Asks a reward model how good examples are, and writes these with its rewards. @returns what is said of it */
export async function judgeCompletions(
  { name, model, tokenizer, completions }: Judged,
  flags: JudgingFlags,
  device: Device,
  signal: AbortSignal,
) {
  const scores = await scoreTexts(model, completions, { device, signal });
  const { out } = flags;
  if (out !== undefined) writeLines(flags, await rewarded(scores, tokenizer, flags));
  const rewards = scores.map(({ reward }) => reward);
  const summary = {
    examples: scores.length,
    meanOfExample: mean(rewards),
    correlation: agreementWith(completions)(rewards),
  };
  const said = `reward of an example ${summary.meanOfExample.toFixed(3)} on average (${formatCount(summary.examples)} examples)`;
  const what = flags.redistribute === undefined ? 'reward of every example' : 'reward of every token';
  const place = flags.rewardField === undefined ? '' : `, in the field \`${flags.rewardField}\`,`;
  return {
    result: { model: name, completions: flags.completions, ...summary },
    words: {
      answer: [said, ...wordAgreement(summary.correlation)].join('\n'),
      ...(out !== undefined && { note: `The examples with the ${what}${place} are in ${out}` }),
    },
  };
}

/** The lines of the files with rewards of the model. */
async function rewarded(scores: readonly TextScore[], tokenizer: Tokenizer, flags: JudgingFlags) {
  const lines: string[] = [];
  for await (const row of rewardableRows(flags.completions, tokenizer, flags)) {
    const score = scores[lines.length]!;
    const reward =
      flags.redistribute === undefined
        ? score.reward
        : redistributeReward(score, flags.redistributedShare ?? REDISTRIBUTED_SHARE);
    lines.push(JSON.stringify(row.put(reward)));
  }
  return lines;
}
