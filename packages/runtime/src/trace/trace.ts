import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of all kernels: tfjs-core's own Node build leaves them out, this one brings them.
import '@tensorflow/tfjs-layers';
import { withTraceBackend } from './backend-registry';
import type { Graph, Value, ValueSpec } from './graph';
import { reachableNodes } from './graph';

/** What a function under trace may ask for: tensors that stand for named inputs. */
export interface Tracer {
  /** A tensor for an input of the graph. */
  input(name: string, spec: ValueSpec): tf.Tensor;
}

/**
 * Runs a function of tfjs tensors once, without numbers, and returns the graph of what it would compute.
 * Gradients taken inside it are part of the graph.
 *
 * @param fn makes tensors with {@link Tracer.input} and returns the outputs by name
 * @throws RuntimeError `unsupported-kernel`, `value-read`, `unsupported-type`
 */
export function trace(fn: (tracer: Tracer) => Readonly<Record<string, tf.Tensor>>): Graph {
  return withTraceBackend((backend) => {
    const builder = backend.begin();
    const outputs = new Map<string, Value>();
    tf.tidy(() => {
      const tracer: Tracer = {
        input: (name, spec) =>
          tf.engine().makeTensorFromTensorInfo(backend.tensorInfo(builder.input(name, spec))),
      };
      for (const [name, tensor] of Object.entries(fn(tracer))) outputs.set(name, backend.valueFor(tensor));
    });
    return { nodes: reachableNodes(outputs.values()), inputs: builder.inputs, outputs };
  });
}
