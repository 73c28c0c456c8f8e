import { existsSync, writeFileSync } from 'node:fs';
import { checkNumber, LamoError, replaceFile } from '@lamo/core';
import {
  type ChatTemplate,
  type Completions,
  openCompletions,
  type Tokenizer,
  type TooLong,
  tokenCompletions,
} from '@lamo/data';
import { mean, rankCorrelation } from '@lamo/eval';
import { type ImplicitRewards, implicitRewards } from '@lamo/models';
import type { DeviceName } from '@lamo/runtime';
import { openNamedDevice } from '../devices/open-named-device';
import { loadLanguageModel } from '../language/load-language-model';
import { formatCount } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { watchDownloads } from '../terminal/watch-loading';

/** Flags of `lamo rewards`. */
export interface RewardsFlags {
  readonly adapter?: string;
  readonly completions: readonly string[];
  readonly promptField: string;
  readonly completionField: string;
  readonly rewardField?: string;
  readonly template: ChatTemplate;
  readonly context?: number;
  readonly tooLong: TooLong;
  readonly discount: number;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Shows by which rewards a language model explains examples. */
export function readRewards(name: string, flags: RewardsFlags): Promise<void> {
  return interruptible(
    () => {},
    (signal) => readUntil(signal, name, flags),
  );
}

async function readUntil(signal: AbortSignal, given: string, flags: RewardsFlags): Promise<void> {
  const { out, overwrite = false, discount } = flags;
  checkFlags(flags);
  const source = openCompletions(flags.completions, flags);
  const { name, model, tokenizer } = await loadLanguageModel(
    { model: given, adapter: flags.adapter },
    watchDownloads(signal),
  );
  const completions = await tokenCompletions(source, tokenizer, {
    context: flags.context ?? model.config.nPositions,
    tooLong: flags.tooLong,
    onProgress: () => signal.throwIfAborted(),
  });
  for (const { message } of completions.warnings) printWarning(message);
  const device = await openNamedDevice(flags);
  const all = await implicitRewards(model, completions, { discount, device, signal });
  if (out !== undefined) writeRewards({ out, overwrite }, all, completions, tokenizer);
  const summary = summarise(all, completions);
  showResult(
    { model: name, completions: flags.completions, discount, ...summary },
    wordSummary(summary, out),
  );
}

/** The reward of an example is the sum of those of its tokens. */
function summarise(all: readonly ImplicitRewards[], completions: Completions) {
  const totals = all.map(({ rewards }) => rewards.reduce((sum, reward) => sum + reward, 0));
  const tokens = all.reduce((sum, { rewards }) => sum + rewards.length, 0);
  const perToken = totals.map((total, i) => total / all[i]!.rewards.length);
  const logged =
    completions.withoutReward === undefined ? all.map((_, i) => completions.reward(i)) : undefined;
  const agreement = (own: readonly number[]) => {
    const correlation = logged === undefined ? Number.NaN : rankCorrelation(own, logged);
    return Number.isNaN(correlation) ? null : correlation;
  };
  return {
    examples: all.length,
    tokens,
    meanOfToken: totals.reduce((sum, total) => sum + total, 0) / tokens,
    meanOfExample: mean(totals),
    /** Spearman's, with the rewards that examples have; null where they have none, or all the same. */
    correlation: agreement(totals),
    correlationPerToken: agreement(perToken),
  };
}

function wordSummary(summary: ReturnType<typeof summarise>, out: string | undefined) {
  const { examples, tokens, meanOfToken, meanOfExample, correlation, correlationPerToken } = summary;
  const said = `reward of a token ${meanOfToken.toFixed(3)} on average, of an example ${meanOfExample.toFixed(3)} (${formatCount(examples)} examples, ${formatCount(tokens)} tokens)`;
  const agreement =
    correlation === null || correlationPerToken === null
      ? []
      : [
          `rank correlation with their own rewards ${correlation.toFixed(3)}, of the mean over their tokens ${correlationPerToken.toFixed(3)}`,
        ];
  return {
    answer: [said, ...agreement].join('\n'),
    ...(out !== undefined && { note: `The reward of every token is in ${out}` }),
  };
}

function writeRewards(
  { out, overwrite }: { readonly out: string; readonly overwrite: boolean },
  all: readonly ImplicitRewards[],
  completions: Completions,
  tokenizer: Tokenizer,
): void {
  const lines = all.map(({ rewards, tokens, value }, i) =>
    JSON.stringify({
      example: i + 1,
      ...(completions.withoutReward === undefined && { reward: completions.reward(i) }),
      value,
      tokens: Array.from(tokens, (id) => tokenizer.decode([id])),
      rewards: Array.from(rewards),
    }),
  );
  const write = (temporary: string) => writeFileSync(temporary, `${lines.join('\n')}\n`);
  replaceFile(out, write, { isNew: !overwrite });
}

function checkFlags({ discount, out, overwrite }: RewardsFlags): void {
  const isDiscount = (value: number) => value >= 0 && value <= 1;
  checkNumber('cli/rewards', 'discount', discount, 'a number from 0 to 1', isDiscount);
  if (out === undefined || overwrite === true || !existsSync(out)) return;
  throw new LamoError({
    where: 'cli/rewards',
    code: 'file-exists',
    problem: `${out} is there already`,
    expected: 'a new file',
    received: out,
    hint: 'Use another --out, or --overwrite to replace it.',
  });
}
