import { LamoError } from '@lamo/core';
import * as tf from '@tensorflow/tfjs-core';
import { withOwnGradients } from './own-gradients';
import { supportedKernels } from './supported-kernels';
import { TraceBackend } from './trace-backend';
import { userLine } from './user-line';

const BACKEND = 'lamo-trace';

/** Registers the tracing backend with tfjs on first use, and returns it. */
export function traceBackend(): TraceBackend {
  if (tf.findBackend(BACKEND) === null) tf.registerBackend(BACKEND, () => new TraceBackend(), 0);
  if (tf.getKernelsForBackend(BACKEND).length === 0) {
    for (const kernelName of kernelNames()) {
      tf.registerKernel({
        kernelName,
        backendName: BACKEND,
        kernelFunc: ({ inputs, attrs, backend }) =>
          supportedKernels.has(kernelName)
            ? (backend as TraceBackend).record(kernelName, inputs, attrs ?? {})
            : unsupported(kernelName),
      });
    }
  }
  return tf.findBackend(BACKEND) as TraceBackend;
}

/**
 * Runs `fn` with the tracing backend as tfjs's current one, then restores the previous one.
 * @throws LamoError `nested-trace`
 */
export function withTraceBackend<T>(fn: (backend: TraceBackend) => T): T {
  const engine: { backendName: string | undefined } = tf.engine();
  const former = engine.backendName;
  if (former === BACKEND) throw nestedTrace();
  const backend = traceBackend();
  // For backends without start-up, setBackend takes effect at once, before its promise.
  void tf.setBackend(BACKEND);
  try {
    return withOwnGradients(() => fn(backend));
  } finally {
    if (former) void tf.setBackend(former);
    else {
      // Let tfjs still choose among the registered backends when it first needs one.
      tf.removeBackend(BACKEND);
      engine.backendName = former;
    }
  }
}

function nestedTrace(): LamoError {
  return new LamoError({
    where: 'runtime/trace',
    code: 'nested-trace',
    problem: `A function was compiled inside a compiled function${userLine()}`,
    hint: 'Call the inner function directly: its operations become part of the outer graph.',
  });
}

/** Names of all kernels that tfjs-core declares: it exports each as a constant with that name. */
export function kernelNames(): string[] {
  return Object.values<unknown>(tf).filter(
    (value): value is string => typeof value === 'string' && /^_?[A-Z]/.test(value),
  );
}

function unsupported(kernel: string): never {
  throw new LamoError({
    where: 'runtime/trace',
    code: 'unsupported-kernel',
    problem: `The tfjs kernel ${kernel} cannot be compiled${userLine()}`,
    hint: 'Write it with the kernels listed in docs/generated/kernels.md, or use the tfjs-cpu device, which runs all of them.',
  });
}
