import { bc, td3Bc } from '@lamo/algos';
import type { Contest } from './contender';
import { trainingContest } from './training-contest';

const FEED_FORWARD = { sizes: 'batch 256, hidden 256, Hopper sizes', every: 40, eager: true };

/** Everything that `pnpm bench` times, by name. */
export const contests: Readonly<Record<string, Contest>> = {
  bc: trainingContest({ algorithm: bc, pytorch: 'bc', ...FEED_FORWARD }),
  'td3-bc': trainingContest({ algorithm: td3Bc, pytorch: 'td3_bc', ...FEED_FORWARD }),
};
