import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of all kernels: tfjs-core's own Node build leaves them out, this one has them.
import '@tensorflow/tfjs-layers';
import { LamoError } from '@lamo/core';
import { refuseAssignedVariables } from './assigned-variables';
import { withTraceBackend } from './backend-registry';
import type { Graph, Value, ValueSpec } from './graph';
import { reachableNodes } from './graph';
import { userLine } from './user-line';

/** What a traced function may ask for: tensors that stand for named inputs. */
export interface Tracer {
  /** A tensor for an input of the graph. */
  input(name: string, spec: ValueSpec): tf.Tensor;
}

/**
 * Runs a function of tfjs tensors once, without numbers, and returns the graph of what it would compute.
 * Gradients taken inside it are part of the graph.
 *
 * @param fn gets its tensors from {@link Tracer.input} and returns the outputs by name
 * @throws LamoError `unsupported-kernel`, `unsupported-type`, `bad-operands`, `value-read`, `host-randomness`,
 *   `leaked-tensor`, `assigned-variable`, `nested-trace`, `tfjs-error`
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
      const made = withUserLine(() => fn(tracer));
      refuseAssignedVariables(backend);
      for (const [name, tensor] of Object.entries(made)) outputs.set(name, backend.valueFor(tensor));
    });
    return { nodes: reachableNodes(outputs.values()), inputs: builder.inputs, outputs };
  });
}

/** Adds the caller's line to errors that tfjs throws; errors of the caller's own code stay as they are. */
function withUserLine<T>(fn: () => T): T {
  const former = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  try {
    return fn();
  } catch (error) {
    const { stack = '', message } = error as Error;
    const thrownAt = stack.split('\n').find((line) => /^\s+at /.test(line)) ?? '';
    if (error instanceof LamoError || !thrownAt.includes('@tensorflow')) throw error;
    throw new LamoError({
      where: 'runtime/trace',
      code: 'tfjs-error',
      problem: `tfjs rejected a call in a compiled function${userLine(stack)}`,
      hint: message,
      cause: error,
    });
  } finally {
    Error.stackTraceLimit = former;
  }
}
