import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { withXla } from '../../../../test/with-xla';
import { openDevice } from '../devices/open-device';
import { lowerings as onnxLowerings } from '../onnx/lower/index';
import { trace } from '../trace/trace';
import { lowerings } from './lower/index';
import { lowerGraph } from './lower-graph';

describe('a kernel without lowering', () => {
  it.each(withXla('cpu'))(
    'is refused by name where a function that uses it is compiled, on %s',
    async (name) => {
      const device = await openDevice(name, { threads: 1 });
      const compiled = device.compile({
        state: {},
        inputs: { x: [1, 4, 4, 1] },
        variants: { run: (_, { x }) => ({ outputs: { y: tf.avgPool(x as tf.Tensor4D, 2, 1, 'same') } }) },
      });
      await expect(compiled).rejects.toMatchObject({
        code: 'unsupported-kernel',
        message: expect.stringContaining('AvgPool'),
      });
    },
  );

  it('is none that the other engine has', () => {
    expect(Object.keys(lowerings).sort()).toEqual(Object.keys(onnxLowerings).sort());
  });

  it('is named if a graph has one nevertheless', () => {
    const graph = trace((tracer) => ({ y: tf.exp(tracer.input('x', { shape: [2], dtype: 'float32' })) }));
    const nodes = graph.nodes.map((node) => (node.kernel === 'Exp' ? { ...node, kernel: 'Expo' } : node));
    expect(() => lowerGraph({ ...graph, nodes })).toThrow('no lowering for Expo');
  });
});
