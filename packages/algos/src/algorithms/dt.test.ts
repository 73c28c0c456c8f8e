import type { HostArray, Tree } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { withXla } from '../../../../test/with-xla';
import { replay } from '../../test/replay';
import { corlNames, expectParameters, readSequenceRecording, rename } from '../../test/sequence-recording';
import { actionLoss, type Shape, TRAJECTORY_SETTINGS, testTrajectoryStep } from '../../test/trajectory-step';
import { sequenceOptimizer } from '../ingredients/sequence/sequence-optimizer';
import { dt } from './dt';

const path = fixturePath('corl/dt.safetensors')?.replace('.safetensors', '');

describe.skipIf(path === undefined)('DT against the recording of CORL', () => {
  it.each(withXla('cpu', 'tfjs-cpu'))('takes the recorded steps on %s', async (device) => {
    const recording = readSequenceRecording(path!);
    const { config } = recording;
    const given = {
      ...dt.presets.corl,
      width: config.embedding_dim,
      layers: config.num_layers,
      heads: config.num_heads,
      contextLength: config.seq_len,
      learningRate: config.lr,
      weightDecay: config.weight_decay,
      warmupSteps: config.warmup_steps,
      dropout: 0,
      returnScale: 1,
      normaliseObservations: false,
    };
    const parameters = rename(recording.tensors('init'), corlNames) as Record<string, Tree<HostArray>>;
    const scalar = (value: number): HostArray => ({ shape: [], data: Float32Array.of(value) });
    const state = {
      parameters,
      optimizer: sequenceOptimizer({ ...given, maxGradientNorm: 0.25, epsilon: 1e-8 } as never).init(
        parameters,
      ),
      scaler: {
        mean: { shape: [6], data: new Float32Array(6) },
        standardDeviation: { shape: [6], data: new Float32Array(6).fill(1) },
      },
      conditioning: { returnScale: scalar(1), bestReturn: scalar(1) },
    };
    const { metrics, final } = await replay(dt, recording, given, state as never, device);
    // Sums in another order than PyTorch's leave a few units in the seventh digit.
    const exact = { relative: 1e-5, absolute: 1e-7 };
    for (const [step, recorded] of recording.metrics.entries()) {
      expect([metrics[step]!.loss!, metrics[step]!.gradientNorm!]).toBeAllClose(
        [recorded.loss!, recorded.grad_norm!],
        exact,
      );
    }
    // Twice what four steps at the recorded rates can move a weight.
    expectParameters(final, rename(recording.tensors('final'), corlNames), 2 * 2.5 * config.lr!);
  });
});

const testStep = (name: string, config: object, shape: Shape, share: number) =>
  testTrajectoryStep(dt, name, {
    config: dt.config.parse({ ...TRAJECTORY_SETTINGS, width: 4, ...config }),
    shape,
    losses: (model) => ({ loss: share * actionLoss(model, shape) }),
    weights: { loss: 1 },
  });

testStep(
  'over real steps',
  { layers: 1, heads: 2 },
  { order: 'time-then-norm', sizes: { nHead: 2, layerNormEpsilon: 1e-5, activationFunction: 'relu' } },
  1,
);
// One of six steps is padding, and counts 0.
testStep(
  'over all steps, with time after the norm',
  { layers: 2, heads: 1, lossOver: 'all', order: 'norm-then-time', activation: 'gelu_new' },
  { order: 'norm-then-time', sizes: { nHead: 1, layerNormEpsilon: 1e-5, activationFunction: 'gelu_new' } },
  5 / 6,
);
