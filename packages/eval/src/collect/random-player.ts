import { randomPolicy } from '../policies/random-policy';
import type { Player } from './collector';

/** Works in every environment. */
export const random: Player = {
  name: 'random',
  description: 'draws actions uniformly, in any environment',
  policy: (spec, { seed }) => randomPolicy(spec, seed),
};
