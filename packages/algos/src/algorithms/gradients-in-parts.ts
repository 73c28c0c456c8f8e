import { fromVector, type Loss, type Tree, toVector, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

/** Hidden layers of so many inputs fit the cache that a core has of its own, of a megabyte or two. */
const CACHED_INPUTS = 512;

type Tensors = Readonly<Record<string, tf.Tensor>>;

/**
 * Computes the mean of a loss over a batch and its gradients, as `valueAndGradients` does, one part of the batch after the
 * other: a part's hidden layers are still in the processor's cache when its gradients read them, which for thousands of
 * inputs saves a quarter of the time.
 *
 * @param batch tensors that have the batch as first axis
 * @param inputs how many inputs the networks are given for each row of the batch
 * @param fn computes the means of the loss, and of whatever is in `aux`, over the rows of a part
 */
export function gradientsInParts<P extends Tree<tf.Tensor>, Batch extends Tensors, Aux extends Tensors>(
  parameters: P,
  batch: Batch,
  inputs: number,
  fn: (parameters: P, part: Batch) => Loss<Aux>,
): { loss: tf.Scalar; gradients: P; aux: Aux } {
  const rows = Object.values(batch)[0]!.shape[0]!;
  const count = Math.ceil(rows / Math.max(1, Math.floor(CACHED_INPUTS / inputs)));
  const ends = Array.from({ length: count }, (_, i) => Math.floor(((i + 1) * rows) / count));
  const sizes = ends.map((end, i) => end - (ends[i - 1] ?? 0));
  const split = mapValues(batch, (tensor) => tf.split(tensor, sizes, 0));

  const parts = sizes.map((own, i) => {
    const share = own / rows;
    const part = mapValues(split, (pieces) => pieces[i]!) as Batch;
    return valueAndGradients(parameters, (parameters) => {
      const { loss, aux } = fn(parameters, part);
      return {
        loss: tf.mul(loss, share) as tf.Scalar,
        aux: mapValues(aux ?? {}, (mean) => tf.mul(mean, share)),
      };
    });
  });
  // As vectors, all of a part's gradients are there before the next part is begun.
  const gradient = tf.addN(parts.map(({ gradients }) => toVector(gradients))) as tf.Tensor1D;
  return {
    loss: tf.addN(parts.map(({ loss }) => loss)),
    gradients: fromVector(gradient, parameters),
    aux: mapValues(parts[0]!.aux, (_, name) => tf.addN(parts.map(({ aux }) => aux[name]!))) as Aux,
  };
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  fn: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, fn(value, name)]));
}
