import type { Rng } from '@lamo/core';
import { type HostArray, hostArray, openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

/** Settings of {@link clusterTokens}. */
export interface ClusterTokensOptions {
  /** Number of centres; at most one for each token. */
  readonly clusters: number;
  /** Draws the tokens that the centres start from. */
  readonly rng: Rng;
  /** @default 100 */
  readonly maxIterations?: number;
}

/** Largest squared shift of all centres together at which they count as settled (kmeans_pytorch). */
const SETTLED = 1e-4;

/**
 * Groups token embeddings by their direction: k-means with cosine similarity, as Wiki-RL does with GPT-2's.
 *
 * @param table [V, D]
 * @returns centres [clusters, D]
 */
export async function clusterTokens(table: HostArray, options: ClusterTokensOptions): Promise<HostArray> {
  const { clusters, rng, maxIterations = 100 } = options;
  const device = await openDevice('cpu');
  const executable = await device.compile({
    state: { centres: chooseRows(table, Math.min(clusters, table.shape[0]!), rng) },
    frozen: { table },
    inputs: {},
    variants: {
      move: (state, _, _noise, frozen) => {
        const { centres } = state as { centres: tf.Tensor2D };
        const moved = moveCentres(centres, (frozen as { table: tf.Tensor2D }).table);
        return { state: { centres: moved }, outputs: { shift: totalShift(centres, moved) } };
      },
    },
  });
  for (let i = 0; i < maxIterations; i++) {
    await executable.run('move');
    if (executable.outputs.move.shift![0]! ** 2 < SETTLED) break;
  }
  const { centres } = (await executable.readState()) as { centres: HostArray };
  await executable.dispose();
  return centres;
}

/** Divides rows by their length, [N, D]. */
export function unitRows(x: tf.Tensor): tf.Tensor2D {
  const length = tf.sqrt(tf.sum(tf.square(x), -1, true));
  return tf.div(x, tf.maximum(length, 1e-12)) as tf.Tensor2D;
}

/** Moves each centre to the mean of the tokens that point its way; one without tokens stays. */
function moveCentres(centres: tf.Tensor2D, table: tf.Tensor2D): tf.Tensor2D {
  const similarities = tf.matMul(unitRows(table), unitRows(centres), false, true); // [V, clusters]
  const nearest = tf.argMax(similarities, 1) as tf.Tensor1D;
  const clusters = centres.shape[0];
  const sums = tf.unsortedSegmentSum(table, nearest, clusters);
  const counts = tf.unsortedSegmentSum(tf.ones([table.shape[0], 1]), nearest, clusters); // [clusters, 1]
  const means = tf.div(sums, tf.maximum(counts, 1));
  const isUsed = tf.cast(tf.greater(counts, 0), 'float32');
  return tf.add(tf.mul(means, isUsed), tf.mul(centres, tf.sub(1, isUsed))) as tf.Tensor2D;
}

function totalShift(before: tf.Tensor2D, after: tf.Tensor2D): tf.Tensor {
  return tf.sum(tf.sqrt(tf.sum(tf.square(tf.sub(after, before)), 1)));
}

function chooseRows({ shape, data }: HostArray, count: number, rng: Rng): HostArray {
  const [rows, width] = shape as [number, number];
  const order = rng.shuffle(Uint32Array.from({ length: rows }, (_, row) => row)).subarray(0, count);
  const chosen = new Float32Array(count * width);
  for (const [i, row] of order.entries()) {
    chosen.set(data.subarray(row * width, (row + 1) * width), i * width);
  }
  return hostArray([count, width], chosen);
}
