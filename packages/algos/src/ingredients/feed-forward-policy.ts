import { imageFields, observationShape } from '@lamo/data';
import { type ObservationScaler, scaleObservations } from '@lamo/models';
import { exportOnnx, type HostArray, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { DatasetSpec } from '../kinds/dataset';
import { describePolicy, type PolicyDefinition, policyResult, type TrainedPolicy } from '../kinds/policy';
import { checkObserved } from './check-observed';
import { CompiledActor } from './compiled-actor';
import { readActions } from './read-actions';

/** Settings of {@link feedForwardPolicy}. */
export interface FeedForwardPolicy<Config, State extends Tree<tf.Tensor>, Part extends Tree<tf.Tensor>> {
  /** Picks what the policy needs from a training state (the actor, not its optimiser). Works on any kind of leaf. */
  select(state: State): Part;
  /**
   * Chooses actions [B, A], between −1 and 1, for observations [B, O], or images [B, height, width, channels] of int32, 0 to 255; or where they are classes, scores [B, n], of which the
   * highest one wins.
   */
  act(part: Part, observations: tf.Tensor, config: Config, spec: DatasetSpec): tf.Tensor;
}

/** Makes the policy of an algorithm whose actions depend on the current observation alone. */
export function feedForwardPolicy<Config, State extends Tree<tf.Tensor>, Part extends Tree<tf.Tensor>>(
  definition: FeedForwardPolicy<Config, State, Part>,
): PolicyDefinition<Config, unknown, State> {
  // `select` only rearranges leaves, so it works on host arrays as on tensors.
  const select = definition.select as unknown as (state: Tree<HostArray>) => Tree<HostArray>;
  const actWith =
    (config: Config, spec: DatasetSpec) =>
    (part: Tree<tf.Tensor>, inputs: Readonly<Record<string, tf.Tensor>>) => {
      const observations = inputs.observations as tf.Tensor;
      return readActions(
        definition.act(part as Part, observations, config, spec),
        observations.shape[0]!,
        spec,
      );
    };
  return policyResult({
    select: definition.select,
    create(device, { state, spec, config }) {
      const act = actWith(config, spec);
      const program = (part: Tree<HostArray>, batch: number) => ({
        state: part,
        inputs: { observations: [batch, ...observationShape(spec)] },
        bytes: imageFields(spec, ['observations']),
        variants: {
          act: (part: Tree<tf.Tensor>, inputs: Readonly<Record<string, tf.Tensor>>) => ({
            outputs: act(part, inputs),
          }),
        },
      });
      return memorylessPolicy(new CompiledActor({ device, select, program }, state), spec);
    },
    exportOnnx: ({ state, spec, config }, batch) =>
      exportOnnx(
        select(state),
        { observations: [batch ?? 'batch', ...observationShape(spec)] },
        actWith(config, spec),
        { bytes: imageFields(spec, ['observations']) },
      ),
  });
}

/** A state whose `actor` acts on observations that its `scaler` standardises. */
export interface ActorState<Actor extends Tree<tf.Tensor>> {
  readonly actor: Actor;
  readonly scaler: ObservationScaler<tf.Tensor>;
  readonly [key: string]: Tree<tf.Tensor>;
}

/**
 * Makes the policy of an algorithm whose state has an `actor` and the `scaler` of its observations.
 *
 * @param act chooses actions [B, A], or scores of classes [B, n], for scaled observations [B, O]
 */
export function actorPolicy<Actor extends Tree<tf.Tensor>>(
  act: (actor: Actor, observations: tf.Tensor, spec: DatasetSpec) => tf.Tensor,
): PolicyDefinition<unknown, unknown, ActorState<Actor>> {
  return feedForwardPolicy({
    select: ({ actor, scaler }: ActorState<Actor>) => ({ actor, scaler }),
    act: ({ actor, scaler }, observations, _, spec) =>
      act(actor, scaleObservations(scaler, observations), spec),
  });
}

function memorylessPolicy(actor: CompiledActor, spec: DatasetSpec): TrainedPolicy {
  let batch = 1;
  return {
    ...describePolicy(spec),
    targetReturns: [],
    reset(size) {
      batch = size;
    },
    async act(observations) {
      const executable = await actor.executable(batch);
      const into = executable.inputs.observations!;
      checkObserved(observations, into.length, batch);
      into.set(observations);
      await executable.run('act');
      return executable.outputs.act.actions!;
    },
    load: (state) => actor.load(state),
    dispose: () => actor.dispose(),
  };
}
