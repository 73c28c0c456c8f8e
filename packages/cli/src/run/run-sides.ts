import { type AnyAlgorithm, datasetKind, lookForAlgorithm } from '@lamo/algos';
import { completionsSide, preferencesSide } from '../language/completions-side';
import { corpusSide } from '../language/corpus-side';
import { languageModelSide } from '../language/language-model-side';
import { rewardModelSide } from '../language/reward-model-side';
import { datasetSide } from './dataset-side';
import { estimateSide } from './estimate-side';
import { experienceSide } from './experience-side';
import { policySide } from './policy-side';
import type { DataSide, ResultSide } from './side';

/** What a run is made of in addition to its algorithm: one entry for each kind of data, and of result. */
const SIDES: {
  readonly data: Readonly<Record<string, DataSide>>;
  readonly result: Readonly<Record<string, ResultSide>>;
} = {
  data: {
    dataset: datasetSide,
    experience: experienceSide,
    corpus: corpusSide,
    completions: completionsSide,
    preferences: preferencesSide,
  },
  result: {
    policy: policySide,
    'language-model': languageModelSide,
    'reward-model': rewardModelSide,
    estimate: estimateSide,
  },
};

/** Both sides of a run of an algorithm. */
export interface RunSides {
  readonly data: DataSide;
  readonly result: ResultSide;
}

/**
 * Finds what a run of an algorithm learns from, and what comes out of it.
 *
 * @param algorithm itself or its name; one that is not registered, of a program of the user's, learns a policy from a dataset
 */
export function sidesOf(algorithm: string | AnyAlgorithm): RunSides {
  const found = typeof algorithm === 'string' ? lookForAlgorithm(algorithm) : algorithm;
  const { data = datasetKind, result = { kind: 'policy' } } = found ?? {};
  return { data: SIDES.data[data.name]!, result: SIDES.result[result.kind]! };
}
