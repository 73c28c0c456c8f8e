import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { LamoError } from '@lamo/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { floats, runCompiled, runEager, type TensorFunction } from '../../test/run-compiled';
import { trace } from './trace';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

/** Traces a function of one float operand. */
const traceOf = (fn: (x: tf.Tensor) => tf.Tensor, shape = [2, 3]) =>
  trace((tracer) => ({ y: fn(tracer.input('x', { shape, dtype: 'float32' })) }));

/** The error that tracing a function throws. */
function errorOf(fn: (x: tf.Tensor) => tf.Tensor, shape?: number[]): LamoError {
  try {
    traceOf(fn, shape);
  } catch (error) {
    expect(error).toBeInstanceOf(LamoError);
    return error as LamoError;
  }
  throw new Error('no error was thrown');
}

const kernelsOf = (graph: ReturnType<typeof trace>) =>
  graph.nodes.map(({ kernel }) => kernel).filter((kernel) => !kernel.startsWith('$'));

const HERE = /trace\.test\.ts:\d+:\d+\)/;

describe('what cannot be compiled', () => {
  it('is named, with the line that called it', () => {
    const error = errorOf((x) => tf.image.resizeBilinear(x as tf.Tensor3D, [4, 4]), [2, 2, 1]);
    expect(error.code).toBe('unsupported-kernel');
    expect(error.message).toContain('ResizeBilinear');
    expect(error.message).toMatch(HERE);
    expect(error.hint).toContain('kernels.md');
  });

  it('includes draws inside the graph: randomness is an input', () => {
    expect(errorOf((x) => tf.multinomial(x as tf.Tensor2D, 3)).message).toContain('Multinomial');
  });

  it.each<[string, () => tf.Tensor]>([
    ['randomNormal', () => tf.randomNormal([3])],
    ['randomUniform', () => tf.randomUniform([3])],
    ['truncatedNormal', () => tf.truncatedNormal([3])],
    ['randomUniform', () => tf.dropout(tf.ones([3]), 0.5)],
  ])('includes tf.%s, whose numbers would be the same at every step', (name, draw) => {
    const error = errorOf((x) => tf.add(x, draw()));
    expect(error.code).toBe('host-randomness');
    expect(error.message).toContain(`tf.${name}`);
    expect(error.message).toMatch(HERE);
  });

  it.each<[string, (x: tf.Tensor) => unknown]>([
    ['dataSync', (x) => x.dataSync()],
    ['arraySync', (x) => x.arraySync()],
    ['print', (x) => x.print()],
  ])('includes the numbers of a tensor, read by %s', (_, read) => {
    const error = errorOf((x) => {
      read(tf.add(x, 1));
      return x;
    });
    expect(error.code).toBe('value-read');
    expect(error.message).toMatch(HERE);
  });

  it('includes numbers read in the background', async () => {
    const reads: Promise<unknown>[] = [];
    traceOf((x) => {
      reads.push(x.data(), x.array());
      return x;
    });
    for (const read of reads) await expect(read).rejects.toMatchObject({ code: 'value-read' });
  });

  it.each<[string, () => tf.Tensor]>([
    ['strings', () => tf.tensor(['a', 'b', 'c'])],
    ['complex numbers', () => tf.cast(tf.ones([3]), 'complex64')],
  ])('includes %s', (_, make) => {
    expect(errorOf((x) => tf.add(x, make())).code).toBe('unsupported-type');
  });

  it('includes complex numbers made outside', () => {
    const outside = tf.complex([1, 2, 3], [0, 0, 1]);
    expect(errorOf(() => tf.engine().runKernel('Identity', { x: outside }) as tf.Tensor).code).toBe(
      'unsupported-type',
    );
  });
});

describe('a mistake in a compiled function', () => {
  it('shows the operands that a kernel refused, and the line', () => {
    const error = errorOf((x) => tf.matMul(x as tf.Tensor2D, tf.ones([4, 5])));
    expect(error.code).toBe('bad-operands');
    expect(error.message).toContain('BatchMatMul');
    expect(error.message).toContain('a float32 [2, 3], b float32 [4, 5]');
    expect(error.message).toMatch(HERE);
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['add', (x) => tf.add(x, tf.ones([4]))],
    ['reshape', (x) => tf.reshape(x, [4, 4])],
    ['transpose', (x) => tf.transpose(x, [0, 1, 2])],
    ['sum', (x) => tf.sum(x, 3)],
    ['slice', (x) => tf.slice(x, [0, 2], [2, 4])],
    ['concat', (x) => tf.concat([x, tf.ones([4, 4])])],
    ['split', (x) => tf.split(x, 2, 1)[0]!],
    ['gather', (x) => tf.gather(x, tf.tensor1d([0], 'int32'), 2)],
    ['sqrt of integers', () => tf.sqrt(tf.ones([2], 'int32'))],
    ['unsortedSegmentSum', (x) => tf.unsortedSegmentSum(x, tf.tensor1d([0, 0, 1], 'int32'), 2)],
  ])('in %s is explained by tfjs, with the line', (_, fn) => {
    const error = errorOf(fn);
    expect(['bad-operands', 'tfjs-error']).toContain(error.code);
    expect(error.message).toMatch(HERE);
    expect(error.hint).toBe((error.cause as Error).message);
  });

  it('that throws an error of its own is thrown as it is', () => {
    const own = new TypeError('mine');
    const fail = () => {
      throw own;
    };
    expect(() => traceOf(fail)).toThrow(own);
  });

  it('leaves tfjs ready for use', () => {
    errorOf((x) => tf.grad((x: tf.Tensor) => tf.sum(tf.matMul(x as tf.Tensor2D, tf.ones([4, 5]))))(x));
    expect(tf.getBackend()).toBe('cpu');
    expect([
      ...tf
        .grad((x: tf.Tensor) => tf.square(x))(tf.tensor1d([3]))
        .dataSync(),
    ]).toEqual([6]);
  });

  it('is told if it compiles inside a compiled function', () => {
    expect(errorOf(() => tf.scalar(traceOf((y) => y).nodes.length)).code).toBe('nested-trace');
  });

  it.each<[string, (weight: tf.Variable, x: tf.Tensor) => void]>([
    ['assigns a variable', (weight, x) => weight.assign(tf.sum(x, 0))],
    [
      "uses tfjs's optimisers",
      (weight, x) => tf.train.sgd(0.1).minimize(() => tf.sum(tf.mul(x, weight)), false, [weight]),
    ],
  ])('is told if it %s', (_, use) => {
    const weight = tf.variable(tf.ones([3]), true, 'weight');
    const error = errorOf((x) => {
      use(weight, x);
      return x;
    });
    expect(error.code).toBe('assigned-variable');
    expect(error.message).toContain("'weight'");
  });

  it('is told if it keeps a tensor for another function', () => {
    let leaked: tf.Tensor | undefined;
    traceOf((x) => {
      leaked = tf.keep(tf.add(x, 1));
      return x;
    });
    expect(errorOf((x) => tf.add(x, leaked!)).code).toBe('leaked-tensor');
  });
});

describe('a traced function', () => {
  const x = floats([2, 3], [1, -2, 3, -4, 5, -6]);

  /** Compiled and eager results are equal. */
  async function expectEager(fn: TensorFunction): Promise<void> {
    const [compiled] = await runCompiled(fn, [x]);
    const [eager] = runEager(fn, [x]);
    expect(compiled!.shape).toEqual(eager!.shape);
    // Some fifty roundings of float32.
    expect(compiled!.values).toBeAllClose(eager!.values, { relative: 1e-5 });
  }

  it('takes tensors from outside as constants, and leaves them usable', async () => {
    const outside = tf.tensor2d([[1, 2, 3]]);
    const column = tf.reshape(outside, [3, 1]);
    const fn: TensorFunction = (x) => tf.add(tf.matMul(x as tf.Tensor2D, column), tf.sum(outside));
    await expectEager(fn);
    await expectEager(fn);
    expect([...outside.dataSync()]).toEqual([1, 2, 3]);
    expect([...column.dataSync()]).toEqual([1, 2, 3]);
  });

  it('may take gradients of gradients', async () => {
    const cubes = (x: tf.Tensor) => tf.sum(tf.mul(tf.square(x), tf.mul(x, tf.tanh(x))));
    const slope = tf.grad(cubes);
    await expectEager((x) => tf.grad((x: tf.Tensor) => tf.sum(tf.square(slope(x))))(x!));
  });

  it('may tidy, keep and dispose as it likes', async () => {
    await expectEager((x) => {
      const kept = tf.tidy(() => tf.keep(tf.exp(tf.neg(tf.abs(x!)))));
      const spare = tf.add(kept, 1);
      const y = tf.mul(spare, spare);
      spare.dispose();
      return tf.tidy(() => tf.sub(y, kept));
    });
  });

  it('may call kernels by name, with operands left out', async () => {
    await expectEager((x) => {
      const inputs = { a: x!, b: tf.ones([3, 2]), bias: undefined, preluActivationWeights: null };
      return tf.engine().runKernel('_FusedMatMul', inputs as never, {
        transposeA: false,
        transposeB: false,
        activation: 'elu',
      }) as tf.Tensor;
    });
  });

  it('tells attributes apart that JSON writes alike', async () => {
    await expectEager((x) =>
      tf.addN([
        tf.clipByValue(x!, Number.NEGATIVE_INFINITY, 1),
        tf.clipByValue(x!, -1, Number.POSITIVE_INFINITY),
        tf.clipByValue(x!, -1, 1),
      ]),
    );
    await expectEager((x) => tf.concat([tf.div(tf.abs(x!), -0), tf.div(tf.abs(x!), 0)]));
  });

  it('holds equal operations once', () => {
    const graph = traceOf((x) => tf.add(tf.mul(tf.exp(x), 2), tf.square(tf.mul(tf.exp(x), 2))));
    expect(kernelsOf(graph)).toEqual(['Exp', 'Multiply', 'Square', 'Add']);
  });

  it('leaves out what no output needs', () => {
    const graph = traceOf((x) => {
      tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true);
      return tf.exp(x);
    });
    expect(kernelsOf(graph)).toEqual(['Exp']);
  });

  it('may be 2,000 layers deep, with its gradient', async () => {
    const deep = (x: tf.Tensor) => {
      let y = x;
      for (let layer = 0; layer < 2000; layer++) y = tf.sin(y);
      return tf.sum(y);
    };
    const both: TensorFunction = (x) => [deep(x!), tf.grad(deep)(x!)];
    const [value, gradient] = await runCompiled(both, [x]);
    const eager = runEager(both, [x]);
    // Each layer may round differently by 6e-8.
    expect(value!.values).toBeAllClose(eager[0]!.values, { relative: 1e-4 });
    expect(gradient!.values).toBeAllClose(eager[1]!.values, { relative: 1e-3, absolute: 1e-6 });
  });
});
