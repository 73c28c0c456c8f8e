import { type HasObservations, imageFields, observationShape } from '@lamo/data';
import type { Device, HostArray, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { ResultParts } from '../../engine/result-kind';
import type { Visited } from '../../kinds/policy';

/** How networks of a state judge actions. */
export interface Judge<Config, State, Part extends Tree<tf.Tensor>, Spec extends HasObservations> {
  /** Picks what values are computed from: networks, scalers. Works on any kind of leaf. */
  select(state: State): Part;
  /** Computes what each of N networks thinks, [N, B], of actions [B, A] as batches have them at raw observations [B, O]. */
  values(part: Part, observations: tf.Tensor, actions: tf.Tensor, config: Config, spec: Spec): tf.Tensor2D;
}

/** Rows that are judged together: memory for all of a large log would be gigabytes. */
const ROWS = 1024;

/**
 * Computes what each of N networks thinks of actions.
 *
 * @param visited with actions as batches have them
 * @returns [N][rows]
 */
export async function judgeRows<Config, State, Part extends Tree<tf.Tensor>, Spec extends HasObservations>(
  device: Device,
  { select, values }: Judge<Config, State, Part, Spec>,
  { state, config, spec }: Omit<ResultParts<Config, unknown, Spec>, 'loaded'>,
  { observations, actions }: Visited,
): Promise<readonly number[][]> {
  const { observationSize } = spec;
  const total = observations.length / observationSize;
  const actionSize = actions.length / total;
  const rows = Math.min(ROWS, total);
  const executable = await device.compile({
    // `select` only rearranges leaves, so it works on host arrays as on tensors.
    state: (select as unknown as (state: Tree<HostArray>) => Tree<HostArray>)(state),
    inputs: { observations: [rows, ...observationShape(spec)], actions: [rows, actionSize] },
    bytes: imageFields(spec, ['observations']),
    variants: {
      judge: (part: Tree<tf.Tensor>, inputs: Readonly<Record<string, tf.Tensor>>) => ({
        outputs: { values: values(part as Part, inputs.observations!, inputs.actions!, config, spec) },
      }),
    },
  });
  try {
    let networks: number[][] | undefined;
    for (let start = 0; start < total; start += rows) {
      // The last ones may be fewer: what stands behind them is computed once more, and left out.
      const count = Math.min(rows, total - start);
      const end = start + count;
      executable.inputs.observations!.set(
        observations.subarray(start * observationSize, end * observationSize),
      );
      executable.inputs.actions!.set(actions.subarray(start * actionSize, end * actionSize));
      await executable.run('judge');
      const computed = executable.outputs.judge.values!;
      networks ??= Array.from({ length: computed.length / rows }, () => []);
      for (const [n, own] of networks.entries()) own.push(...computed.subarray(n * rows, n * rows + count));
    }
    return networks!;
  } finally {
    await executable.dispose();
  }
}
