import type { Dataset } from '@lamo/core';
import { fitStandardScaler, vectorObservations } from '@lamo/data';
import { identityScaler, type ObservationScaler } from '@lamo/models';
import { type HostArray, hostArray } from '@lamo/runtime';

/** Added to deviations, as in CORL. */
const EPSILON = 1e-3;

/**
 * Fits the scaler of a model to a dataset's observations, or makes one that leaves them as they are.
 *
 * @throws LamoError `image-observations`
 * @param epsilon added to the population deviation: 1e-3 in CORL, 1e-6 in the Decision Transformer @default 1e-3
 */
export function fitObservationScaler(
  dataset: Dataset,
  { normaliseObservations }: { readonly normaliseObservations: boolean },
  epsilon = EPSILON,
): ObservationScaler<HostArray> {
  const { observationSize } = dataset;
  const observations = vectorObservations(dataset, 'algos/observation-scaler', 'standardising');
  if (!normaliseObservations) return identityScaler(observationSize);
  const { mean, standardDeviation } = fitStandardScaler(observations, observationSize, { epsilon });
  return {
    mean: hostArray([observationSize], mean),
    standardDeviation: hostArray([observationSize], standardDeviation),
  };
}
