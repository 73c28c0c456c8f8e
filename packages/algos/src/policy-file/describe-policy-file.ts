import { imageFields, imageShape, observationColumns } from '@lamo/data';
import { datasetSizes } from '../kinds/dataset';
import { describePolicy } from '../kinds/policy';
import { lamoVersion } from '../version';
import type { PolicyFacts } from './export-policy';
import { POLICY_FORMAT, type PolicyDescription, type PolicyPort } from './policy-description';

type Shapes = Readonly<Record<string, readonly (number | 'batch')[]>>;

/** What inputs are, of policies that see one step. */
const STEP: Readonly<Record<string, string>> = {
  observations: 'what is observed, as in the data: scaling is inside',
};

/** What inputs are, of policies that read windows: the last steps, the newest last, padded with zeros at the left. */
const WINDOW: Readonly<Record<string, string>> = {
  observations: 'what was observed in the last steps, as in the data, the newest last: scaling is inside',
  previousActions: 'what was done in them, as in the data; 0 for the newest',
  returnsToGo: 'what was still to be earned at each, as in the data',
  timesteps: 'numbers of the steps, from 0',
  mask: '1 for steps that there were, 0 where the episode is shorter than the window',
};

/** Describes a policy for its file. @param inputs shapes of what the model takes */
export function describePolicyFile(
  { spec, algorithm, scaler, sequence }: PolicyFacts,
  inputs: Shapes,
): PolicyDescription {
  const { observationSize: size, observationSpace, actionSize, actionSpace } = datasetSizes(spec);
  const { actionBounds: bounds } = describePolicy(spec);
  const bytes = imageFields(spec, ['observations']);
  const meanings = sequence === undefined ? STEP : WINDOW;
  const batch = Object.values(inputs)[0]![0]!;
  return {
    format: POLICY_FORMAT,
    lamo: lamoVersion(),
    ...(algorithm !== undefined && { algorithm }),
    inputs: Object.entries(inputs).map(([name, shape]) => ({
      ...{ name, type: bytes.includes(name) ? 'uint8' : 'float32', shape: [...shape] },
      meaning: meanings[name] ?? '',
    })),
    outputs: outputsOf(spec.actionSize, actionSize, actionSpace?.kind === 'discrete', batch),
    observation: {
      size,
      ...(observationSpace && { space: observationSpace }),
      ...(imageShape(spec) === undefined && { columns: [...observationColumns(spec)] }),
      ...(scaler && {
        scaling: {
          mean: Array.from(scaler.mean.data),
          standardDeviation: Array.from(scaler.standardDeviation.data),
        },
      }),
      ...(spec.observationRange && { range: spec.observationRange }),
    },
    action: {
      size: actionSize,
      ...(actionSpace && { space: actionSpace }),
      ...(bounds && { bounds: bounds }),
    },
    ...(sequence && { sequence }),
  };
}

function outputsOf(
  computed: number,
  actionSize: number,
  isDiscrete: boolean,
  batch: number | 'batch',
): PolicyPort[] {
  const type = 'float32' as const;
  if (!isDiscrete) {
    const meaning = 'what to do, in the units of the data and within their bounds';
    return [{ name: 'actions', type, shape: [batch, actionSize], meaning }];
  }
  return [
    { name: 'actions', type, shape: [batch, 1], meaning: 'the class to choose, from 0' },
    { name: 'scores', type, shape: [batch, computed], meaning: 'of every class; the highest one is chosen' },
  ];
}
