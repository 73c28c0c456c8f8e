import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of all kernels.
import '@tensorflow/tfjs-layers';

type GradFunc = tf.GradConfig['gradFunc'];

/**
 * Runs `fn` with gradients of our own for the kernels whose gradient tfjs computes wrongly (Cumsum along any axis
 * but the last), not at all (Prod, without the chained methods of tensors; SplitV and Unpack into one piece), for
 * operands of equal shape only (Maximum, Minimum, SquaredDifference, BatchMatMul, Prelu), or with many operations
 * (Tile, GatherV2). All other gradients are tfjs's.
 */
export function withOwnGradients<T>(fn: () => T): T {
  const former = Object.keys(ownGradients).map((kernel) => tf.getGradient(kernel));
  try {
    for (const config of former) tf.registerGradient(ownGradients[config.kernelName]!(config));
    return fn();
  } finally {
    for (const config of former) tf.registerGradient(config);
  }
}

/** Kernels with a gradient of our own, as a function of tfjs's. */
export const ownGradients: Readonly<Record<string, (former: tf.GradConfig) => tf.GradConfig>> = {
  Maximum: broadcasting,
  Minimum: broadcasting,
  SquaredDifference: broadcasting,
  BatchMatMul: broadcasting,
  Prelu: broadcasting,
  Cumsum: (former) => ({ ...former, gradFunc: cumsumGradient }),
  GatherV2: (former) => ({ ...former, gradFunc: gatherGradient }),
  Prod: (former) => ({ ...former, gradFunc: prodGradient }),
  SplitV: listed,
  Tile: (former) => ({ ...former, gradFunc: tileGradient }),
  Unpack: listed,
};

/** Adds up what tfjs returns in the shape of the result along the axes that an operand was repeated on. */
function broadcasting(former: tf.GradConfig): tf.GradConfig {
  const gradFunc: GradFunc = (dy, saved, attributes) => {
    const gradients = former.gradFunc(dy, saved, attributes);
    const names = former.inputsToSave!.map(
      (name, i) => [name, () => sumTo(gradients[name]!(), saved[i]!.shape)] as const,
    );
    return Object.fromEntries(names);
  };
  return { ...former, gradFunc };
}

function sumTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const added = gradient.rank - shape.length;
  const axes = gradient.shape.map((_, axis) => axis).filter((a) => (shape[a - added] ?? 1) === 1);
  return tf.reshape(tf.sum(gradient, axes), shape);
}

/** tfjs passes a single gradient without a list around it. */
function listed(former: tf.GradConfig): tf.GradConfig {
  return { ...former, gradFunc: (dy, saved, attributes) => former.gradFunc([dy].flat(), saved, attributes) };
}

const cumsumGradient: GradFunc = (dy, _, attributes) => {
  const { axis, exclusive, reverse } = attributes as unknown as tf.CumsumAttrs;
  return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
};

/** Each factor's gradient is the product of all others: of those before it, and of those after it. */
const prodGradient: GradFunc = (dy, saved, attributes) => {
  const x = saved[0]!;
  const axes = tf.util.parseAxisParam(attributes.axis as number, x.shape);
  const others = () => {
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const perm = [...kept, ...axes];
    const moved = tf.transpose(x, perm);
    const rows = tf.reshape(moved, [tf.util.sizeFromShape(kept.map((axis) => x.shape[axis]!)), -1]);
    const product = tf.mul(tf.cumprod(rows, 1, true, false), tf.cumprod(rows, 1, true, true));
    const gradient = tf.mul(tf.reshape(dy as tf.Tensor, [-1, 1]), product);
    const undo = perm.map((_, axis) => perm.indexOf(axis));
    return tf.transpose(tf.reshape(gradient, moved.shape), undo);
  };
  return { x: () => (x.size === 0 ? tf.zerosLike(x) : others()) };
};

/** Writes each gathered gradient back to where it came from; those from the same place are added up. */
const gatherGradient: GradFunc = (dy, saved, attributes) => {
  const [x, indices] = saved as [tf.Tensor, tf.Tensor];
  const { axis, batchDims } = attributes as unknown as tf.GatherV2Attrs;
  const at = tf.util.parseAxisParam(axis, x.shape)[0]!;
  const { batchSize, outerSize, dimSize, sliceSize } = tf.backend_util.segment_util.collectGatherOpShapeInfo(
    x,
    indices,
    at,
    batchDims ?? 0,
  );
  const scattered = () => {
    if (x.size === 0 || indices.size === 0) return tf.zerosLike(x);
    // x as [batch · outer · length, slice]: each index counts from the start of its own stretch.
    const starts = Int32Array.from({ length: batchSize * outerSize }, (_, i) => i * dimSize);
    const offsets = tf.tensor(starts, [batchSize, outerSize, 1], 'int32');
    const rows = tf.add(tf.reshape(indices, [batchSize, 1, -1]), offsets);
    const updates = tf.reshape(dy as tf.Tensor, [rows.size, sliceSize]);
    const shape = [batchSize * outerSize * dimSize, sliceSize];
    return tf.reshape(tf.scatterND(tf.reshape(rows, [rows.size, 1]), updates, shape), x.shape);
  };
  return { x: scattered, indices: () => tf.zerosLike(indices) };
};

/** Adds up all copies. */
const tileGradient: GradFunc = (dy, saved, attributes) => {
  const x = saved[0]!;
  const reps = attributes.reps as number[];
  const copies = () => {
    const split = x.shape.flatMap((length, axis) => (reps[axis] === 1 ? [length] : [reps[axis]!, length]));
    const axes: number[] = [];
    let at = 0;
    for (const count of reps) {
      if (count !== 1) axes.push(at);
      at += count === 1 ? 1 : 2;
    }
    return tf.sum(tf.reshape(dy as tf.Tensor, split), axes);
  };
  return { x: copies };
};
