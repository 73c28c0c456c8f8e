import type { Policy } from '@lamo/data';
import { type Device, type Executable, exportOnnx, type HostArray, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';

/** Sizes that a policy is built for. */
export interface PolicySpec {
  readonly observationSize: number;
  readonly actionSize: number;
}

/** A policy that holds memory on a device until it is disposed of. */
export interface TrainedPolicy extends Policy {
  /** Replaces the parameters by those of a training state. */
  load(state: Tree<HostArray>): Promise<void>;
  dispose(): Promise<void>;
}

/** How a trained state acts: in this process, and as an ONNX file. */
export interface PolicyDefinition<Config, State> {
  /** Makes a policy that runs on a device. */
  create(device: Device, state: Tree<HostArray>, spec: PolicySpec, config: Config): TrainedPolicy;
  /** Writes the policy as a standalone ONNX model, observation scaling inside. */
  exportOnnx(state: Tree<HostArray>, spec: PolicySpec, config: Config, batch?: number): Uint8Array;
  /** Only there to tie the definition to its state type. */
  readonly stateType?: State;
}

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
  const select = (state: Tree<HostArray>) =>
    definition.select(state as unknown as State) as unknown as Tree<HostArray>;
  const programFor = (
    state: Tree<HostArray>,
    batch: number,
    { observationSize }: PolicySpec,
    config: Config,
  ) => ({
    state,
    inputs: { observations: [batch, observationSize] },
    variants: {
      act: (part: Tree<tf.Tensor>, inputs: Readonly<Record<string, tf.Tensor>>) => ({
        outputs: {
          actions: definition.act(part as Part, inputs.observations as tf.Tensor2D, config),
        },
      }),
    },
  });
  return {
    create(device, state, spec, config) {
      let part = select(state);
      // A batch size is a shape, and a shape is a graph of its own: made when it is first needed, then kept.
      const executables = new Map<number, Promise<Executable<'act'>>>();
      let batch = 1;
      return {
        reset(size) {
          batch = size;
        },
        async act(observations) {
          let pending = executables.get(batch);
          if (pending === undefined) {
            pending = device.compile(programFor(part, batch, spec, config));
            executables.set(batch, pending);
          }
          const executable = await pending;
          executable.inputs.observations!.set(observations);
          await executable.run('act');
          return executable.outputs.act.actions!;
        },
        async load(newState) {
          part = select(newState);
          for (const executable of executables.values()) await (await executable).writeState(part);
        },
        async dispose() {
          for (const executable of executables.values()) await (await executable).dispose();
          executables.clear();
        },
      };
    },
    exportOnnx: (state, spec, config, batch = 1) => {
      const program = programFor(select(state), batch, spec, config);
      return exportOnnx(
        program.state,
        program.inputs,
        (part, inputs) => program.variants.act(part, inputs).outputs,
      );
    },
  };
}
