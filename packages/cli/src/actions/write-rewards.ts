import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, replaceFile } from '@lamo/core';
import type { Completions } from '@lamo/data';
import { rankCorrelation } from '@lamo/eval';
import type { RewardsFlags } from './rewards';

/** Compares rewards with those that examples have: Spearman's correlation; null where they have none, or all the same. */
export function agreementWith(completions: Completions): (rewards: readonly number[]) => number | null {
  const logged = Array.from({ length: completions.examples }, (_, i) => completions.reward(i));
  return (rewards) => {
    if (completions.withoutReward !== undefined) return null;
    const correlation = rankCorrelation(rewards, logged);
    return Number.isNaN(correlation) ? null : correlation;
  };
}

/** Words how well rewards agree with those that examples have, if they do. */
export function wordAgreement(correlation: number | null): string[] {
  return correlation === null ? [] : [`rank correlation with their own rewards ${correlation.toFixed(3)}`];
}

/** Writes lines into the file that was asked for. */
export function writeLines(
  { out, overwrite = false }: Pick<RewardsFlags, 'out' | 'overwrite'>,
  lines: readonly string[],
): void {
  const write = (temporary: string) => writeFileSync(temporary, `${lines.join('\n')}\n`);
  makeFolder(dirname(out!));
  replaceFile(out!, write, { isNew: !overwrite });
}
