import { type Dataset, LamoError } from '@lamo/core';
import type { ParameterGroups } from '@lamo/models';
import type { Tree, TreeRecord } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { type DatasetSpec, datasetKind } from '../kinds/dataset';
import type { Algorithm, AlgorithmDefinition, BatchTensors, ConfigSchema, Loaded, Shaped } from './algorithm';
import type { DataKind } from './data-kind';

/** Asks for `load` where a step is given something that only `load` can provide. */
type NeedsLoad<Resources> = Loaded extends Resources ? unknown : { readonly load: unknown };

/**
 * Completes the definition of an algorithm. Its types follow from the settings and from what the step says it is given:
 * `step({ state, batch, config }: StepContext<Config, State, TransitionBatch>)`.
 */
export function defineAlgorithm<
  Schema extends ConfigSchema,
  State extends Tree<tf.Tensor>,
  Batch extends BatchTensors<Batch>,
  PresetName extends string = never,
  Resources extends Loaded = Loaded,
  Data = Dataset,
  Spec extends object = DatasetSpec,
  Result = never,
>(
  definition: AlgorithmDefinition<Schema, State, Batch, PresetName, Resources, Data, Spec, Result> &
    NeedsLoad<Resources>,
): Algorithm<Schema, State, Batch, PresetName, Resources, Data, Spec, Result> {
  type Complete = Algorithm<Schema, State, Batch, PresetName, Resources, Data, Spec, Result>;
  checkName(definition.name);
  const { step, ...given }: Omit<typeof definition, 'load'> & Partial<Pick<Complete, 'load'>> = definition;
  const { fit = {}, keep = {} } = given;
  const measured = [...Object.keys(fit), ...Object.keys(keep)];
  const load = async () => ({}) as Resources; // without `load` in the definition, that is what Loaded is
  const presets = {} as Complete['presets'];
  // Without `data` in the definition, Data is Dataset.
  const data = datasetKind as unknown as DataKind<Data, Spec>;
  return {
    ...{ title: definition.name, paper: '', presets, load, data },
    capabilities: [],
    requires: [],
    acting: {},
    warnings: () => [],
    parameters: (state: State, loaded: Resources) => whatTrains(state, loaded, measured),
    ...given,
    fit,
    keep,
    cycle: typeof step === 'function' ? () => [step] : (config) => step.cycle(config),
  };
}

/** What an algorithm may be called: it is a word on the command line, and part of the names of folders. */
export const ALGORITHM_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

function checkName(name: string): void {
  if (ALGORITHM_NAME.test(name)) return;
  throw new LamoError({
    where: 'algos',
    code: 'invalid-name',
    problem: 'An algorithm has a name that cannot be a word on the command line',
    expected: 'kebab-case: td3-bc',
    received: name,
  });
}

/** What parts of a state that belong to an optimiser are called. */
export const OPTIMIZER = /optimizer$/i;

/** Tells what is not a parameter, by the names that states have in common. */
const isRest = (name: string) => /^targets$/i.test(name) || OPTIMIZER.test(name);

function whatTrains(
  state: Tree<tf.Tensor>,
  { frozen }: Loaded,
  measured: readonly string[],
): ParameterGroups<Shaped> {
  const entries = Object.entries(state as TreeRecord<tf.Tensor>);
  const own = entries.filter(([name]) => !isRest(name) && !measured.includes(name));
  return { ...Object.fromEntries(own), ...(frozen === undefined ? {} : { frozen }) };
}
