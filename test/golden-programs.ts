import { Rng } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { td3Bc } from '../packages/algos/src/algorithms/td3-bc';
import { trainingProgram } from '../packages/algos/src/engine/program';
import { datasetSpec } from '../packages/algos/src/kinds/dataset';
import { toyDataset } from '../packages/algos/src/testing/toy-dataset';
import { traceProgram } from '../packages/runtime/src/compile/trace-program';
import type { Precision } from '../packages/runtime/src/stablehlo/emitter';
import { lowerGraph } from '../packages/runtime/src/stablehlo/lower-graph';
import { moduleText } from '../packages/runtime/src/stablehlo/module-text';
import type { Graph } from '../packages/runtime/src/trace/graph';
import { trace } from '../packages/runtime/src/trace/trace';

/** Where the texts lie that {@link goldenPrograms} must give. */
export const GOLDEN_FOLDER = 'packages/runtime/test/golden';

/**
 * Programs whose StableHLO text is kept, so that a change of the lowering shows what it changes: by file name. `pnpm run docs`
 * writes them anew; read the difference before you commit it.
 */
export const goldenPrograms: Readonly<Record<string, () => string | Promise<string>>> = {
  'matmul-with-bias.mlir': () => textOf(withBias),
  'matmul-with-bias-bf16.mlir': () => textOf(withBias, 'bf16'),
  'gather.mlir': () => textOf((float, int) => tf.gather(float('x', 5, 3), int('indices', 2))),
  'scatter.mlir': () =>
    textOf((float, int) => tf.scatterND(int('indices', 2, 1), float('updates', 2, 3), [5, 3])),
  'softmax.mlir': () => textOf((float) => tf.softmax(float('logits', 2, 5))),
  'cumsum.mlir': () => textOf((float) => tf.cumsum(float('x', 2, 5), 1)),
  'topk.mlir': () => textOf((float) => tf.topk(float('x', 2, 5), 3).values),
  'td3-bc-step.mlir': td3BcStep,
};

/** Makes an input of a graph. */
type Input = (name: string, ...shape: number[]) => tf.Tensor;

function textOf(compute: (float: Input, int: Input) => tf.Tensor, precision?: Precision): string {
  const graph = trace((tracer) => {
    const input =
      (dtype: 'float32' | 'int32'): Input =>
      (name, ...shape) =>
        tracer.input(name, { shape, dtype });
    return { y: compute(input('float32'), input('int32')) };
  });
  return moduleOf(graph, precision);
}

function withBias(float: Input): tf.Tensor {
  return tf.add(
    tf.matMul(float('x', 4, 3) as tf.Tensor2D, float('weight', 3, 2) as tf.Tensor2D),
    float('bias', 2),
  );
}

const moduleOf = (graph: Graph, precision: Precision = 'float32') =>
  moduleText(lowerGraph(graph, { precision, donate: true }).text);

/** The step of TD3+BC that moves the actor, too. */
async function td3BcStep(): Promise<string> {
  const config = td3Bc.config.parse({ hiddenSize: 8, batchSize: 4 });
  const dataset = toyDataset();
  const drawn = (await td3Bc.init(datasetSpec(dataset), config, Rng.fromSeed(1), {})) as object;
  const state = { ...drawn, scaler: td3Bc.fit.scaler!(dataset, config) } as Tree<HostArray>;
  const source = await td3Bc.batches(dataset, config, Rng.fromSeed(1), {});
  const { program, cycle } = trainingProgram({ algorithm: td3Bc, config, source }, state);
  return moduleOf(traceProgram(program)[cycle[1]!]!.graph);
}
