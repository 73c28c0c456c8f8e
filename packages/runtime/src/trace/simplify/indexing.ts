import { gatherLayout } from '../shapes/indexing';
import type { Rule } from './rule';

/** A gather within each batch: one gather from all rows of all batches, whose numbers are offset. */
const batchedGather: Rule = (builder, { inputs, attributes, specs }) => {
  if (((attributes.batchDims as number | undefined) ?? 0) === 0) return undefined;
  const { x, indices } = inputs;
  const { batchSize, outerSize, dimSize, sliceSize } = gatherLayout(inputs, attributes);
  const reshape = (value: typeof x, shape: number[]) => builder.call('Reshape', { x: value! }, { shape });
  const table = reshape(x, [batchSize * outerSize * dimSize, sliceSize]);
  const starts = Array.from({ length: batchSize * outerSize }, (_, i) => i * dimSize);
  const offsets = builder.constant(starts, { shape: [batchSize, outerSize, 1], dtype: 'int32' });
  const rows = builder.call('Add', { a: reshape(indices, [batchSize, 1, -1]), b: offsets });
  const gathered = builder.call('GatherV2', { x: table, indices: rows }, { axis: 0 });
  return builder.add('Reshape', { x: gathered }, { shape: [...specs[0]!.shape] });
};

/** Rules for kernels that read at computed places. */
export const indexingRules: Record<string, Rule> = { GatherV2: batchedGather };
