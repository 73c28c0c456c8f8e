import * as tf from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors';
import { withOwnGradients } from './own-gradients';
import { supportedKernels } from './supported-kernels';
import { TraceBackend } from './trace-backend';
import { userLine } from './user-line';

const BACKEND = 'lamo-trace';

/** Registers the tracing backend with tfjs on first use, and returns it. */
export function traceBackend(): TraceBackend {
  if (tf.findBackend(BACKEND) === null) {
    tf.registerBackend(BACKEND, () => new TraceBackend(), 0);
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

/** Runs `fn` with the tracing backend as tfjs's current one, and puts the former one back. */
export function withTraceBackend<T>(fn: (backend: TraceBackend) => T): T {
  const backend = traceBackend();
  const former = tf.engine().backendName;
  // The promise of setBackend is settled at once for backends that need no start-up.
  void tf.setBackend(BACKEND);
  try {
    return withOwnGradients(() => fn(backend));
  } finally {
    if (former !== undefined && former !== BACKEND) void tf.setBackend(former);
  }
}

/** Names of all kernels that tfjs-core declares: it exports each as a constant. */
function kernelNames(): string[] {
  const exported = Object.entries(tf).filter(
    ([name, value]) => typeof value === 'string' && /^[A-Z_]/.test(name),
  );
  return exported.map(([, value]) => value as unknown as string);
}

function unsupported(kernel: string): never {
  throw new RuntimeError({
    where: 'trace',
    code: 'unsupported-kernel',
    problem: `The tfjs kernel ${kernel} cannot be compiled${userLine()}`,
    hint: 'Write it with the kernels listed in docs/generated/kernels.md, or use the tfjs-cpu device, which runs all.',
  });
}
