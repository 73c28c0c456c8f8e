import { type Dataset, fitStandardScaler } from '@lamo/data';
import { identityScaler, type ObservationScaler } from '@lamo/models';
import { type HostArray, hostArray } from '@lamo/runtime';

/**
 * Fits the scaler of a model to a dataset's observations, or leaves them.
 * @param epsilon added to the population deviation: 1e-3 in CORL, 1e-6 in the Decision Transformer
 */
export function initObservationScaler(
  dataset: Dataset,
  normalise: boolean,
  epsilon = 1e-3,
): ObservationScaler<HostArray> {
  const { observations, observationSize } = dataset;
  if (!normalise) return identityScaler(observationSize);
  const { mean, standardDeviation } = fitStandardScaler(observations, observationSize, { epsilon });
  return {
    mean: hostArray([observationSize], mean),
    standardDeviation: hostArray([observationSize], standardDeviation),
  };
}

/** The `fit` of an algorithm whose state has the scaler of its observations, and nothing else that is measured. */
export function fitObservations(
  dataset: Dataset,
  { normaliseObservations }: { readonly normaliseObservations: boolean },
) {
  return { scaler: initObservationScaler(dataset, normaliseObservations) };
}
