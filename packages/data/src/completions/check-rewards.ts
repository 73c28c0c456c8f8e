import { LamoError } from '@lamo/core';
import type { Completions } from './completions';

/** Checks that every example has a reward. @throws LamoError `no-rewards` */
export function checkRewards({ withoutReward }: Pick<Completions, 'withoutReward'>): void {
  if (withoutReward === undefined) return;
  throw new LamoError({
    where: 'data/completions',
    code: 'no-rewards',
    problem: 'An example has no reward, and what it is to be used for needs one of each',
    expected:
      'a number `reward`, or a list `rewards` with one for each token; in dialogues, of at least one message of the assistant',
    received: `none in ${withoutReward}`,
    hint: 'Name the field that holds rewards with `rewardField` (on the command line: --reward-field), or leave such examples out.',
  });
}
