import { type Dataset, fitStandardScaler } from '@lamo/data';
import { identityScaler, type ObservationScaler } from '@lamo/models';
import { type HostArray, hostArray } from '@lamo/runtime';

/** Fits the scaler of a model to a dataset's observations (population deviation + 1e-3, as CORL), or leaves them. */
export function initObservationScaler(dataset: Dataset, normalise: boolean): ObservationScaler<HostArray> {
  const { observations, observationSize } = dataset;
  if (!normalise) return identityScaler(observationSize);
  const { mean, standardDeviation } = fitStandardScaler(observations, observationSize);
  return {
    mean: hostArray([observationSize], mean),
    standardDeviation: hostArray([observationSize], standardDeviation),
  };
}
