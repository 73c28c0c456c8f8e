import type { Rng } from '@lamo/core';
import { imageFields, observationShape } from '@lamo/data';
import { type ObservationScaler, scaleObservations } from '@lamo/models';
import type { Device, HostArray, Noise, Program, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { DatasetSpec } from '../kinds/dataset';
import {
  describePolicy,
  type PolicyDefinition,
  type PolicyParts,
  policyResult,
  type TrainedPolicy,
} from '../kinds/policy';
import { exportPolicy } from '../policy-file/export-policy';
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
  /**
   * Chooses actions as {@link act} does, but tries out others as well: what a training acts with that learns from what it does.
   * @default it cannot learn by acting
   */
  explore?(part: Part, observations: tf.Tensor, noise: Noise, config: Config, spec: DatasetSpec): tf.Tensor;
}

/** Makes the policy of an algorithm whose actions depend on the current observation alone. */
export function feedForwardPolicy<Config, State extends Tree<tf.Tensor>, Part extends Tree<tf.Tensor>>(
  definition: FeedForwardPolicy<Config, State, Part>,
): PolicyDefinition<Config, unknown, State> {
  // `select` only rearranges leaves, so it works on host arrays as on tensors.
  const select = definition.select as unknown as (state: Tree<HostArray>) => Tree<HostArray>;
  const { act, explore } = definition;
  type Parts = PolicyParts<Config, unknown>;
  const acting =
    ({ config, spec }: Omit<Parts, 'state'>) =>
    (part: Tree<tf.Tensor>, { observations }: Inputs) =>
      readActions(act(part as Part, observations!, config, spec), observations!.shape[0]!, spec);

  return {
    ...policyResult({
      select: definition.select,
      create: (device, parts) => compiledPolicy(device, select, parts, acting(parts)),
      exportOnnx(parts, batch) {
        const part = select(parts.state);
        // That of most policies has its place there; others say nothing of how they scale.
        const { scaler } = part as { scaler?: ObservationScaler<HostArray> };
        const inputs = { observations: [batch ?? ('batch' as const), ...observationShape(parts.spec)] };
        return exportPolicy({ ...parts, scaler }, part, inputs, acting(parts));
      },
    }),
    ...(explore && {
      explore(device: Device, parts: Parts, rng: Rng) {
        const { config, spec } = parts;
        const choose: Choose = (part, { observations }, noise) =>
          readActions(
            explore(part as Part, observations!, noise, config, spec),
            observations!.shape[0]!,
            spec,
          );
        return compiledPolicy(device, select, parts, choose, rng);
      },
    }),
  };
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** Computes the outputs of a policy, actions among them. */
type Choose = (part: Tree<tf.Tensor>, inputs: Inputs, noise: Noise) => Record<string, tf.Tensor>;

/** Compiles a policy without memory. @param rng draws what `choose` tries out */
function compiledPolicy(
  device: Device,
  select: (state: Tree<HostArray>) => Tree<HostArray>,
  { state, spec }: Pick<PolicyParts<unknown, unknown>, 'state' | 'spec'>,
  choose: Choose,
  rng?: Rng,
): TrainedPolicy {
  const program = (part: Tree<HostArray>, batch: number): Program<'act'> => ({
    state: part,
    inputs: { observations: [batch, ...observationShape(spec)] },
    bytes: imageFields(spec, ['observations']),
    variants: { act: (part, inputs, noise) => ({ outputs: choose(part, inputs, noise) }) },
  });
  const actor = new CompiledActor({ device, select, program }, state);
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
      await executable.run('act', rng);
      return executable.outputs.act.actions!;
    },
    load: (state) => actor.load(state),
    dispose: () => actor.dispose(),
  };
}

/** A state whose `actor` acts on observations that its `scaler` standardises. */
export interface ActorState<Actor extends Tree<tf.Tensor>> {
  readonly actor: Actor;
  readonly scaler: ObservationScaler<tf.Tensor>;
  readonly [key: string]: Tree<tf.Tensor>;
}

/** Chooses actions [B, A], or scores of classes [B, n], for scaled observations [B, O]; what explores draws noise. */
type Acting<Actor extends Tree<tf.Tensor>, Drawn extends readonly Noise[]> = (
  actor: Actor,
  observations: tf.Tensor,
  ...rest: [...Drawn, DatasetSpec]
) => tf.Tensor;

/**
 * Makes the policy of an algorithm whose state has an `actor` and the `scaler` of its observations.
 *
 * @param explore as {@link FeedForwardPolicy.explore}
 */
export function actorPolicy<Actor extends Tree<tf.Tensor>>(
  act: Acting<Actor, []>,
  explore?: Acting<Actor, [Noise]>,
): PolicyDefinition<unknown, unknown, ActorState<Actor>> {
  return feedForwardPolicy({
    select: ({ actor, scaler }: ActorState<Actor>) => ({ actor, scaler }),
    act: ({ actor, scaler }, observations, _, spec) =>
      act(actor, scaleObservations(scaler, observations), spec),
    ...(explore && {
      explore: (
        { actor, scaler }: Pick<ActorState<Actor>, 'actor' | 'scaler'>,
        observations,
        noise,
        _,
        spec,
      ) => explore(actor, scaleObservations(scaler, observations), noise, spec),
    }),
  });
}
