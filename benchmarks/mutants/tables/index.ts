import type { Mutant } from '../mutant';
import { acting } from './acting';
import { active } from './active';
import { actorCritics } from './actor-critics';
import { collecting } from './collecting';
import { completions } from './completions';
import { data } from './data';
import { evaluation } from './evaluation';
import { fineTuning } from './fine-tuning';
import { inSample } from './in-sample';
import { judging } from './judging';
import { prepared } from './prepared';
import { reading } from './reading';
import { rewardModels } from './reward-models';
import { seedsTogether } from './seeds-together';
import { sequences } from './sequences';
import { serving } from './serving';
import { softCritics } from './soft-critics';
import { taskSets } from './task-sets';
import { tasks } from './tasks';
import { writing } from './writing';

/** All faults that are tried. */
export const mutants: readonly Mutant[] = [
  ...actorCritics,
  ...inSample,
  ...softCritics,
  ...sequences,
  ...data,
  ...evaluation,
  ...reading,
  ...judging,
  ...completions,
  ...fineTuning,
  ...rewardModels,
  ...writing,
  ...tasks,
  ...seedsTogether,
  ...acting,
  ...collecting,
  ...taskSets,
  ...active,
  ...serving,
  ...prepared,
];
