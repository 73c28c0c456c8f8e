import type { Mutant } from '../mutant';
import { actorCritics } from './actor-critics';
import { dataAndEvaluation } from './data-and-evaluation';
import { inSample } from './in-sample';
import { sequences } from './sequences';
import { softCritics } from './soft-critics';

/** All faults that are tried. */
export const mutants: readonly Mutant[] = [
  ...actorCritics,
  ...inSample,
  ...softCritics,
  ...sequences,
  ...dataAndEvaluation,
];
