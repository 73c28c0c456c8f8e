import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { lowerGraph as lowerToOnnx } from '../../src/onnx/lower-graph';
import { lowerGraph as lowerToStableHlo } from '../../src/stablehlo/lower-graph';
import { kernelNames } from '../../src/trace/backend-registry';
import type { Graph } from '../../src/trace/graph';
import { ownGradients } from '../../src/trace/own-gradients';
import { supportedKernels } from '../../src/trace/supported-kernels';
import { trace } from '../../src/trace/trace';
import { sizeOf } from '../../src/tree';
import { kernelCases } from './index';
import type { Sample } from './kernel-case';

const INTRODUCTION = `# Kernels

What a compiled function may use: every function of TensorFlow.js that is made of these kernels, and the gradients of
all of them that have one. Any other kernel is an error that names it, when the function is compiled.
Functions are meant, as in \`tf.mul(x, y)\`: \`@tensorflow/tfjs-core\` alone brings no methods on tensors, so that there is no
\`x.mul(y)\`.

This page is written by \`pnpm run docs\` from the compiler itself and its tests: the operators are those that samples of
each test case were lowered to, ONNX's for onnxruntime (the devices \`cpu\`, \`cuda\`, \`webgpu\` …) and StableHLO's for XLA (the device \`xla\`).
Operators in brackets appear for some shapes only. "own" gradients replace tfjs's
while a function is compiled: they also broadcast, know every axis, or need fewer operations.
`;

const DIFFERENCES = `## Where results differ from tfjs-cpu

Every kernel is tested against tfjs-cpu on random operands, with onnxruntime and with XLA. What remains, of both where none
is named:

1. **Yes and no in arithmetic** counts as the integers 0 and 1, and the result is an integer. tfjs-cpu calls it bool
   still, and lets it overflow 8 bits.
2. **NaN.** \`tf.max\`, \`tf.min\`, \`tf.argMax\` and \`tf.argMin\` may pass over a NaN, and \`tf.topk\` may place it anywhere.
   \`tf.sign\` of NaN is NaN (0 in tfjs-cpu). \`tf.step\` of NaN is alpha (NaN in tfjs-cpu); with onnxruntime, it is NaN where alpha is
   0, the default.
3. **Multiplication by a constant 0** is 0, even of NaN and infinity: cut gradients are never computed.
4. **Integer division by 0** is an error when the function runs with onnxruntime (0 in tfjs-cpu). With XLA it is none: on
   processors the quotient is −1, and the remainder of \`tf.mod\` the dividend.
5. **Floats beyond ±2³¹, and NaN, as integers** are undefined.
6. **Indices below 0** count from the end in \`tf.gather\`, \`tf.gatherND\` and the scatters (an error in tfjs-cpu).
   \`tf.unsortedSegmentSum\` drops them.
7. **Indices beyond the end**, on either side, are an error when the function runs with onnxruntime, as in tfjs-cpu. XLA reads
   NaN there from floats, and the nearest element from integers; what is written there is dropped. \`tf.unsortedSegmentSum\` drops it
   everywhere.
8. **Writes to one place**, by \`tf.tensorScatterUpdate\` with equal indices, happen in any order.
9. **The largest of no elements** is −∞, the smallest ∞ (NaN in tfjs-cpu).
10. **Batches of matrices** broadcast by NumPy's rule in \`tf.matMul\`; tfjs-cpu repeats leading axes only.
11. **erf** is exact to float32; tfjs-cpu's is off by up to 1.5e-7.
`;

/** Writes docs/generated/kernels.md. */
export function kernelTable(): string {
  const names = [...supportedKernels];
  const header =
    '| kernel | call | gradient | ONNX operators | StableHLO operators |\n|---|---|---|---|---|\n';
  return [INTRODUCTION, header + names.map(row).join('\n'), `\n${unsupported()}`, DIFFERENCES].join('\n');
}

function row(kernel: string): string {
  const cases = kernelCases.filter((kernelCase) => kernelCase.kernel === kernel);
  const calls = cases.map(({ call }) => `\`${call}\``).join(', ');
  const graphs = cases.flatMap(({ samples }) =>
    plainest(fc.sample(samples, { seed: 1, numRuns: 60 })).map(graphOf),
  );
  const engines = [onnxOperators, stableHloOperators].map((operatorsOf) => operators(graphs, operatorsOf));
  return `| ${kernel} | ${calls} | ${gradient(kernel)} | ${engines.join(' | ')} |`;
}

function gradient(kernel: string): string {
  if (kernel in ownGradients) return 'own';
  const isInside = kernelCases.some((kernelCase) => kernelCase.kernel === kernel && kernelCase.hasGradient);
  return isInside || tf.getGradient(kernel) !== undefined ? 'yes' : 'no';
}

/** Operators of samples of all cases; those that not every sample has in brackets. */
function operators(graphs: readonly Graph[], operatorsOf: (graph: Graph) => string[]): string {
  const isConstant = graphs.every(({ outputs }) =>
    [...outputs.values()].every(({ node }) => node.kernel === '$constant'),
  );
  if (isConstant) return 'none: a constant';
  const lists = graphs.map(operatorsOf);
  const all = [...new Set(lists.flat())].sort();
  if (all.length === 0) return 'none';
  const always = all.filter((operator) => lists.every((list) => list.includes(operator)));
  const sometimes = all.filter((operator) => !always.includes(operator));
  return [...always, ...(sometimes.length === 0 ? [] : [`(${sometimes.join(', ')})`])].join(', ');
}

/** The samples with as many float operands as any, none of them empty. */
function plainest(samples: readonly Sample[]): Sample[] {
  const count = ({ operands }: Sample) => operands.filter(({ dtype }) => dtype === 'float32').length;
  const filled = samples.filter(({ operands }) => operands.every(({ shape }) => sizeOf(shape) > 0));
  const most = Math.max(...filled.map(count));
  return filled.filter((sample) => count(sample) === most);
}

function graphOf({ operands, fn }: Sample): Graph {
  return trace((tracer) => {
    const inputs = operands.map(({ shape, dtype }, i) => tracer.input(String(i), { shape, dtype }));
    return Object.fromEntries([fn(...inputs)].flat().map((tensor, i) => [`y${i}`, tensor]));
  });
}

function stableHloOperators(graph: Graph): string[] {
  const { text } = lowerToStableHlo(graph);
  const names = [...text.matchAll(/(?<!#)stablehlo\.(\w+)/g)].map(([, name]) => name!);
  return names.filter((name) => name !== 'constant' && name !== 'return');
}

function onnxOperators(graph: Graph): string[] {
  const { nodes } = lowerToOnnx(graph);
  // Identity only gives an output its name.
  return nodes.map(({ op }) => op).filter((op) => op !== 'Identity');
}

/** Kernels that tfjs declares and the compiler does not know. */
function unsupported(): string {
  const names = kernelNames().filter((kernel) => !supportedKernels.has(kernel));
  return `## Not supported

Images, convolutions, strings, complex numbers, draws inside the graph, and results whose shape depends on numbers:
${names.sort().join(', ')}.
`;
}
