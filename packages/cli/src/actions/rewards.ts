import { existsSync } from 'node:fs';
import { checkNumber, checkWritable, LamoError } from '@lamo/core';
import {
  type Completions,
  loadChatTemplate,
  type MessageTemplate,
  openCompletions,
  type Tokenizer,
  type TooLong,
  tokenCompletions,
} from '@lamo/data';
import { mean } from '@lamo/eval';
import { checkRewardHead, type ImplicitRewards, implicitRewards } from '@lamo/models';
import type { DeviceName } from '@lamo/runtime';
import { openNamedDevice } from '../devices/open-named-device';
import { loadLanguageModel } from '../language/load-language-model';
import { formatCount } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { watchDownloads } from '../terminal/watch-loading';
import { judgeCompletions } from './judge-completions';
import { agreementWith, wordAgreement, writeLines } from './write-rewards';

/** Flags of `lamo rewards`. */
export interface RewardsFlags {
  readonly adapter?: string;
  readonly completions: readonly string[];
  readonly promptField: string;
  readonly completionField: string;
  readonly rewardField?: string;
  readonly template: string;
  readonly context?: number;
  readonly tooLong: TooLong;
  readonly discount: number;
  /** How the reward of an example is spread over its tokens. @default not at all */
  readonly redistribute?: 'attention';
  /** β, which share of it is spread. @default 0.8 */
  readonly redistributedShare?: number;
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
  const { out, discount } = flags;
  checkFlags(flags);
  const open = (template?: MessageTemplate) => openCompletions(flags.completions, { ...flags, template });
  // What is not there is said before a model is fetched; templates may come with it.
  open();
  const hub = watchDownloads(signal);
  const loaded = await loadLanguageModel({ model: given, adapter: flags.adapter }, hub);
  const { name, model, tokenizer, tokenizerFrom } = loaded;
  if (flags.redistribute !== undefined) checkRewardHead(model);
  if (model.rewardHead !== undefined) checkJudging(flags);
  const template = await loadChatTemplate(flags.template, tokenizerFrom, hub);
  const source = open(template);
  const completions = await tokenCompletions(source, tokenizer, {
    context: flags.context ?? model.config.nPositions,
    tooLong: flags.tooLong,
    onProgress: () => signal.throwIfAborted(),
  });
  for (const { message } of completions.warnings) printWarning(message);
  const device = await openNamedDevice(flags);
  if (model.rewardHead !== undefined) {
    const judged = { name, model, tokenizer, completions };
    const { result, words } = await judgeCompletions(judged, { ...flags, template }, device, signal);
    return showResult(result, words);
  }
  const all = await implicitRewards(model, completions, { discount, device, signal });
  if (out !== undefined) writeLines(flags, linesOf(all, completions, tokenizer));
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
  const agreement = agreementWith(completions);
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
  const perToken =
    correlationPerToken === null ? '' : `, of the mean over their tokens ${correlationPerToken.toFixed(3)}`;
  const agreement = wordAgreement(correlation).map((line) => `${line}${perToken}`);
  return {
    answer: [said, ...agreement].join('\n'),
    ...(out !== undefined && { note: `The reward of every token is in ${out}` }),
  };
}

/** A line of JSON for each example. */
function linesOf(
  all: readonly ImplicitRewards[],
  completions: Completions,
  tokenizer: Tokenizer,
): readonly string[] {
  return all.map(({ rewards, tokens, value }, i) =>
    JSON.stringify({
      example: i + 1,
      ...(completions.withoutReward === undefined && { reward: completions.reward(i) }),
      value,
      tokens: Array.from(tokens, (id) => tokenizer.decode([id])),
      rewards: Array.from(rewards),
    }),
  );
}

function refuse(problem: string, expected: string, received: string): never {
  throw new LamoError({ where: 'cli/rewards', code: 'invalid-flags', problem, expected, received });
}

/** Checks flags that mean something else, or nothing, for a reward model. */
function checkJudging({ discount, tooLong, out, redistribute }: RewardsFlags): void {
  if (discount !== 1)
    refuse(
      'A reward model gives one reward for an example, which nothing discounts',
      'no --discount',
      String(discount),
    );
  if (redistribute !== undefined && out === undefined)
    refuse('Rewards of tokens are written to a file', 'an --out with --redistribute', 'none');
  if (out !== undefined && tooLong === 'leave-out')
    refuse(
      'Every example is written with its reward, so none can be left out',
      '--too-long refuse or cut-prompt',
      'leave-out',
    );
}

function checkFlags({ discount, redistribute, redistributedShare, out, overwrite }: RewardsFlags): void {
  const isShare = (value: number) => value >= 0 && value <= 1;
  if (redistributedShare !== undefined && redistribute === undefined)
    refuse('Nothing is redistributed', '--redistribute with --redistributed-share', 'none');
  for (const [name, value] of Object.entries({ discount, redistributedShare }))
    if (value !== undefined) checkNumber('cli/rewards', name, value, 'a number from 0 to 1', isShare);
  if (out === undefined) return;
  checkWritable(out);
  if (overwrite === true || !existsSync(out)) return;
  throw new LamoError({
    where: 'cli/rewards',
    code: 'file-exists',
    problem: `${out} is there already`,
    expected: 'a new file',
    received: out,
    hint: 'Use another --out, or --overwrite to replace it.',
  });
}
