import {
  type Device,
  type Executable,
  exportOnnx,
  type HostArray,
  type Program,
  type Tree,
} from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { PolicyDefinition, PolicySpec, TrainedPolicy } from './policy';

/** Settings of {@link feedForwardPolicy}. */
export interface FeedForwardPolicy<Config, State extends Tree<tf.Tensor>, Part extends Tree<tf.Tensor>> {
  /** Picks what the policy needs from a training state (the actor, not its optimiser). Works on any kind of leaf. */
  select(state: State): Part;
  /** Chooses actions [B, A] for observations [B, O]. */
  act(part: Part, observations: tf.Tensor2D, config: Config): tf.Tensor;
}

/** Makes the policy of an algorithm whose actions depend on the current observation alone. */
export function feedForwardPolicy<Config, State extends Tree<tf.Tensor>, Part extends Tree<tf.Tensor>>(
  definition: FeedForwardPolicy<Config, State, Part>,
): PolicyDefinition<Config, State> {
  // `select` only rearranges leaves, so it works on host arrays as on tensors.
  const select = definition.select as unknown as (state: Tree<HostArray>) => Tree<HostArray>;
  const actWith =
    (config: Config) => (part: Tree<tf.Tensor>, inputs: Readonly<Record<string, tf.Tensor>>) => ({
      actions: definition.act(part as Part, inputs.observations as tf.Tensor2D, config),
    });
  return {
    create: (device, state, { observationSize }, config) => {
      const act = actWith(config);
      return new CompiledPolicy(device, select, select(state), (part, batch) => ({
        state: part,
        inputs: { observations: [batch, observationSize] },
        variants: { act: (part, inputs) => ({ outputs: act(part, inputs) }) },
      }));
    },
    exportOnnx: (state, { observationSize }: PolicySpec, config, batch = 1) =>
      exportOnnx(select(state), { observations: [batch, observationSize] }, actWith(config)),
  };
}

/** Runs one compiled graph for each batch size: a shape is a graph of its own, made when first needed, then kept. */
class CompiledPolicy implements TrainedPolicy {
  readonly targetReturns = [];
  readonly #executables = new Map<number, Promise<Executable<'act'>>>();
  #batch = 1;

  constructor(
    readonly device: Device,
    readonly select: (state: Tree<HostArray>) => Tree<HostArray>,
    private part: Tree<HostArray>,
    readonly program: (part: Tree<HostArray>, batch: number) => Program<'act'>,
  ) {}

  reset(batch: number): void {
    this.#batch = batch;
  }

  async act(observations: Float32Array): Promise<Float32Array> {
    const executable = await this.#executable();
    executable.inputs.observations!.set(observations);
    await executable.run('act');
    return executable.outputs.act.actions!;
  }

  async load(state: Tree<HostArray>): Promise<void> {
    this.part = this.select(state);
    for (const executable of this.#executables.values()) await (await executable).writeState(this.part);
  }

  async dispose(): Promise<void> {
    for (const executable of this.#executables.values()) await (await executable).dispose();
    this.#executables.clear();
  }

  #executable(): Promise<Executable<'act'>> {
    let pending = this.#executables.get(this.#batch);
    if (pending === undefined) {
      pending = this.device.compile(this.program(this.part, this.#batch));
      this.#executables.set(this.#batch, pending);
    }
    return pending;
  }
}
