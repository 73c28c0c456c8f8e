import type { Rewrite } from './rewrite';

/** Elementwise kernels that others express in as few operations. */
export const elementwiseRewrites: Record<string, Rewrite> = {
  Identity: (_, { x }) => [x!],
  NotEqual: (builder, inputs) => [builder.call('LogicalNot', { x: builder.call('Equal', inputs) })],
  // The gradient needs the difference too.
  SquaredDifference: (builder, inputs) => [builder.call('Square', { x: builder.call('Sub', inputs) })],
  Relu6: (builder, inputs) => [builder.call('ClipByValue', inputs, { clipValueMin: 0, clipValueMax: 6 })],
  Rsqrt: (builder, inputs) => [builder.call('Reciprocal', { x: builder.call('Sqrt', inputs) })],
  Step: (builder, { x }, { alpha }) => {
    const otherwise = (alpha as number | undefined) ?? 0;
    if (otherwise === 0 && x!.dtype === 'float32') return [builder.call('$unitStep', { x: x! })];
    const condition = builder.call('Greater', { a: x!, b: builder.scalar(0, x!.dtype) });
    if (otherwise === 0) return [builder.call('Cast', { x: condition }, { dtype: x!.dtype })];
    const [t, e] = [builder.scalar(1, x!.dtype), builder.scalar(otherwise, x!.dtype)];
    return [builder.call('Select', { condition, t, e })];
  },
  // y = e^x − 1 below zero, so the slope is y + 1 there and 1 above.
  EluGrad: (builder, { dy, y }) => {
    const one = builder.scalar(1);
    const slope = builder.call('Minimum', { a: builder.call('Add', { a: y!, b: one }), b: one });
    return [builder.call('Multiply', { a: dy!, b: slope })];
  },
  FusedBatchNorm: (builder, { x, mean, variance, scale, offset }, { varianceEpsilon }) => {
    const epsilon = builder.scalar((varianceEpsilon as number | undefined) ?? 0.001);
    const centred = builder.call('Sub', { a: x!, b: mean! });
    const inverse = builder.call('Rsqrt', { x: builder.call('Add', { a: variance!, b: epsilon }) });
    const factor = scale === undefined ? inverse : builder.call('Multiply', { a: inverse, b: scale });
    const scaled = builder.call('Multiply', { a: centred, b: factor });
    return [offset === undefined ? scaled : builder.call('Add', { a: scaled, b: offset })];
  },
};
