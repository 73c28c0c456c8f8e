import type { Rng } from '@lamo/core';
import { type Mlp, mlp, mlpHidden, type ObservationScaler, scaleObservations } from '@lamo/models';
import type { Device, Executable, HostArray, Noise, Program, Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { policyOutputs } from '../ingredients/action-head';
import { CompiledActor } from '../ingredients/compiled-actor';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';
import type { Rows } from './kernel';
import { ROWS_AT_ONCE, runRows } from './run-rows';

/** What a policy's network computes for rows. */
export interface NetworkOutputs {
  /** [n, H + 1] what goes into its last layer, and 1 for the bias */
  readonly hidden: Rows;
  /** [n, A] actions between −1 and 1, or scores of classes */
  readonly outputs: Rows;
}

/** Share of the hidden units that are left out to see whether it matters. */
const DROPOUT = 0.1;

/** Looks into the network of multi-task BC: what is asked of it is compiled once, when it is asked for the first time. */
export class NetworkView {
  readonly #look: CompiledActor;
  readonly #drop: CompiledActor;

  /** @param state of a training of multi-task BC */
  constructor(
    device: Device,
    private readonly spec: DatasetSpec,
    state: Tree<HostArray>,
  ) {
    const actor = (compute: Compute) =>
      new CompiledActor({ device, select: actingState, program: computing(spec, compute) }, state);
    this.#look = actor((actor, scaled) => ({
      hidden: tf.concat([mlpHidden(actor, scaled), tf.ones([ROWS_AT_ONCE, 1])], 1),
      outputs: policyOutputs(actor, scaled, spec),
    }));
    this.#drop = actor((actor, scaled, noise) => {
      const drop = (hidden: tf.Tensor) => tf.mul(hidden, noise.dropout(hidden.shape, DROPOUT));
      return { outputs: mlp(actor, scaled, isDiscrete(spec) ? 'none' : 'tanh', drop) };
    });
  }

  /** Takes the parameters of another state. */
  async load(state: Tree<HostArray>): Promise<void> {
    for (const actor of [this.#look, this.#drop]) await actor.load(state);
  }

  /** Computes what the network says of observations [n, O]. */
  async look(observations: Float32Array): Promise<NetworkOutputs> {
    const { hidden, outputs } = await this.#run(this.#look, observations);
    return { hidden: hidden!, outputs: outputs! };
  }

  /** Computes the outputs [n, A] with some hidden units left out. */
  async drop(observations: Float32Array, rng: Rng): Promise<Rows> {
    return (await this.#run(this.#drop, observations, rng)).outputs!;
  }

  async #run(actor: CompiledActor, observations: Float32Array, rng?: Rng): Promise<Record<string, Rows>> {
    const { observationSize } = this.spec;
    const n = observations.length / observationSize;
    const fill = (inputs: Executable['inputs'], row: number, at: number) =>
      inputs.observations!.set(
        observations.subarray(row * observationSize, (row + 1) * observationSize),
        at * observationSize,
      );
    return runRows(await actor.executable(ROWS_AT_ONCE), { size: ROWS_AT_ONCE, n }, fill, rng);
  }

  async dispose(): Promise<void> {
    for (const actor of [this.#look, this.#drop]) await actor.dispose();
  }
}

/** Computes something of scaled observations [B, O]. */
type Compute = (actor: Mlp<tf.Tensor>, scaled: tf.Tensor, noise: Noise) => Record<string, tf.Tensor>;

const computing =
  (spec: DatasetSpec, compute: Compute) =>
  (state: Tree<HostArray>, rows: number): Program<'act'> => ({
    state,
    inputs: { observations: [rows, spec.observationSize] },
    variants: {
      act(state, { observations }, noise) {
        const { actor, scaler } = state as ActingState<tf.Tensor>;
        return { outputs: compute(actor, scaleObservations(scaler, observations!), noise) };
      },
    },
  });

/** What of a training of multi-task BC acts. */
export interface ActingState<Leaf> {
  readonly actor: Mlp<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** Leaves optimisers out. */
export function actingState(state: Tree<HostArray>): ActingState<HostArray> {
  const { actor, scaler } = state as unknown as ActingState<HostArray>;
  return { actor, scaler };
}
