import { imageFields } from '@lamo/data';
import type { ObservationScaler } from '@lamo/models';
import { type ExportOptions, exportOnnx, type HostArray } from '@lamo/runtime';
import type { DatasetSpec } from '../kinds/dataset';
import { describePolicyFile } from './describe-policy-file';
import { POLICY_KEY, type SequenceDescription } from './policy-description';

/** What is known of a policy beside its model. */
export interface PolicyFacts {
  /** What it sees and does. */
  readonly spec: DatasetSpec;
  /** Name of the algorithm. @default not said */
  readonly algorithm?: string | undefined;
  /** What its model standardises observations by. @default not said */
  readonly scaler?: ObservationScaler<HostArray> | undefined;
  /** If it reads windows. @default it sees one step */
  readonly sequence?: SequenceDescription;
}

/**
 * Exports a policy as an ONNX model that says what it is: its description is kept in the file.
 *
 * @returns the bytes of the `.onnx` file
 * @throws LamoError as `exportOnnx`
 */
export function exportPolicy(
  facts: PolicyFacts,
  state: Parameters<typeof exportOnnx>[0],
  inputs: Parameters<typeof exportOnnx>[1],
  act: Parameters<typeof exportOnnx>[2],
): Uint8Array {
  const description = describePolicyFile(facts, inputs);
  const options: ExportOptions = {
    bytes: imageFields(facts.spec, ['observations']),
    metadata: { [POLICY_KEY]: JSON.stringify(description) },
  };
  return exportOnnx(state, inputs, act, options);
}
