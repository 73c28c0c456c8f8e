import type { Graph, Value } from '../trace/graph';
import { Emitter, type Name } from './emitter';
import { lowerings } from './lower/index';
import type { OnnxModel, OnnxNode } from './model-writer';

/** Lowers a traced graph to ONNX: same input and output names, kernels replaced by operators. */
export function lowerGraph(graph: Graph): OnnxModel {
  const onnx = new Emitter();
  const used = new Set(graph.nodes);
  const inputs = [...graph.inputs].filter(([, value]) => used.has(value.node));
  // An input that is given as bytes is converted where it enters.
  for (const [name, value] of inputs) onnx.bind(value, onnx.cast(name, storedType(value), value.dtype));
  for (const node of graph.nodes) {
    if (node.kernel === '$input' || node.kernel === '$constant') continue;
    const lowering = lowerings[node.kernel];
    if (lowering === undefined) throw new Error(`no lowering for ${node.kernel}`);
    const made = lowering(onnx, node);
    const names = Array.isArray(made) ? made : [made];
    node.outputs.forEach((value, i) => {
      onnx.bind(value, names[i]!);
    });
  }
  const outputs = [...graph.outputs].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  return {
    nodes: nameOutputs(onnx, graph),
    initializers: onnx.initializers,
    inputs: inputs.map(([name, value]) => ({ name, dtype: storedType(value), shape: value.shape })),
    outputs,
  };
}

const storedType = ({ stored, dtype }: Value) => stored ?? dtype;

/** Gives the graph's outputs their names; one that is an input, a constant or another output is copied. */
function nameOutputs(onnx: Emitter, graph: Graph): OnnxNode[] {
  const made = new Set(onnx.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<Name, Name>();
  for (const [output, value] of graph.outputs) {
    const name = onnx.name(value);
    if (made.has(name) && !renamed.has(name)) renamed.set(name, output);
    else onnx.nodes.push({ op: 'Identity', inputs: [name], outputs: [output], attributes: {}, domain: '' });
  }
  const rename = (name: Name) => renamed.get(name) ?? name;
  return onnx.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}
