import type { ParameterGroups } from '@lamo/models';
import type { Tree, TreeRecord } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { Algorithm, AlgorithmDefinition, BatchTensors, ConfigSchema, Loaded, Shaped } from './algorithm';

/** Steps of most algorithms that are worth running at once. More would hardly be faster, and take longer to compile. */
const STEPS_AT_ONCE = 8;

/**
 * Completes the definition of an algorithm. Its types follow from the settings and from what the step says it is given:
 * `step({ state, batch, config }: StepContext<Config, State, TransitionBatch>)`.
 */
export function defineAlgorithm<
  Schema extends ConfigSchema,
  State extends Tree<tf.Tensor>,
  Batch extends BatchTensors<Batch>,
  PresetName extends string = never,
  Brought extends Loaded = Loaded,
>(
  definition: AlgorithmDefinition<Schema, State, Batch, PresetName, Brought>,
): Algorithm<Schema, State, Batch, PresetName, Brought> {
  const { step, ...given } = definition;
  const fit = given.fit ?? (() => ({}));
  return {
    title: definition.name,
    paper: '',
    presets: {} as Algorithm<Schema, State, Batch, PresetName, Brought>['presets'],
    load: async () => ({}) as Brought,
    stepsAtOnce: STEPS_AT_ONCE,
    parameters: whatTrains,
    ...given,
    fit,
    cycle: typeof step === 'function' ? () => [step] : (config) => step.cycle(config),
  };
}

/** What is not a parameter, by the names that states have in common. */
const REST = /^(targets|scaler|conditioning)$|optimizer$/i;

function whatTrains(state: Tree<tf.Tensor>): ParameterGroups<Shaped> {
  const entries = Object.entries(state as TreeRecord<tf.Tensor>);
  return Object.fromEntries(entries.filter(([name]) => !REST.test(name)));
}
