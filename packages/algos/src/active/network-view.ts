import type { Rng } from '@lamo/core';
import { type Mlp, mlp, mlpHidden, type ObservationScaler, scaleObservations } from '@lamo/models';
import type { Device, Executable, HostArray, Program, Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { policyOutputs } from '../ingredients/action-head';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';
import type { Rows } from './kernel';

/** What a policy's network computes for rows. */
export interface NetworkOutputs {
  /** [n, H + 1] what goes into its last layer, and 1 for the bias */
  readonly hidden: Rows;
  /** [n, A] actions between −1 and 1, or scores of classes */
  readonly outputs: Rows;
}

/** Rows that are computed at once; the last ones of a list are filled up with zeros. */
const ROWS = 256;
/** Share of the hidden units that are left out to see whether it matters. */
const DROPOUT = 0.1;

type Look = 'look' | 'drop';

/** Looks into the network of multi-task BC: compiled once, whatever state it has. */
export class NetworkView {
  private constructor(
    private readonly executable: Executable<Look>,
    private readonly spec: DatasetSpec,
  ) {}

  /** @param state of a training of multi-task BC */
  static async open(device: Device, spec: DatasetSpec, state: Tree<HostArray>): Promise<NetworkView> {
    return new NetworkView(await device.compile(lookingProgram(spec, actingState(state))), spec);
  }

  /** Takes the parameters of another state. */
  load(state: Tree<HostArray>): Promise<void> {
    return this.executable.writeState(actingState(state));
  }

  /** Computes what the network says of observations [n, O]. */
  async look(observations: Float32Array): Promise<NetworkOutputs> {
    const { hidden, outputs } = await this.#run('look', observations);
    return { hidden: hidden!, outputs: outputs! };
  }

  /** Computes the outputs [n, A] with some hidden units left out. */
  async drop(observations: Float32Array, rng: Rng): Promise<Rows> {
    return (await this.#run('drop', observations, rng)).outputs!;
  }

  async #run(variant: Look, observations: Float32Array, rng?: Rng): Promise<Record<string, Rows>> {
    const { observationSize } = this.spec;
    const n = observations.length / observationSize;
    const into = this.executable.inputs.observations!;
    const found: Record<string, { width: number; data: Float32Array }> = {};
    for (let start = 0; start < n; start += ROWS) {
      const count = Math.min(ROWS, n - start);
      into.fill(0);
      into.set(observations.subarray(start * observationSize, (start + count) * observationSize));
      await this.executable.run(variant, rng);
      for (const [name, values] of Object.entries(this.executable.outputs[variant])) {
        const width = values.length / ROWS;
        found[name] ??= { width, data: new Float32Array(n * width) };
        found[name].data.set(values.subarray(0, count * width), start * width);
      }
    }
    return found;
  }

  dispose(): Promise<void> {
    return this.executable.dispose();
  }
}

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

function lookingProgram(spec: DatasetSpec, state: ActingState<HostArray>): Program<Look> {
  return {
    state,
    inputs: { observations: [ROWS, spec.observationSize] },
    variants: {
      look(state, { observations }) {
        const { actor, scaler } = state as ActingState<tf.Tensor>;
        const scaled = scaleObservations(scaler, observations!);
        const hidden = tf.concat([mlpHidden(actor, scaled), tf.ones([ROWS, 1])], 1);
        return { outputs: { hidden, outputs: policyOutputs(actor, scaled, spec) } };
      },
      drop(state, { observations }, noise) {
        const { actor, scaler } = state as ActingState<tf.Tensor>;
        const drop = (hidden: tf.Tensor) => tf.mul(hidden, noise.dropout(hidden.shape, DROPOUT));
        const scaled = scaleObservations(scaler, observations!);
        return { outputs: { outputs: mlp(actor, scaled, isDiscrete(spec) ? 'none' : 'tanh', drop) } };
      },
    },
  };
}
