import { identityScaler } from '@lamo/models';
import { adam, type DeviceName } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { readRecording } from '../../test/recording';
import { expectState, replay } from '../../test/replay';
import { bc } from './bc';

const path = fixturePath('corl/bc.safetensors')?.replace('.safetensors', '');

describe.skipIf(path === undefined)('BC against steps recorded from CORL', () => {
  it.each<DeviceName>(['cpu', 'tfjs-cpu'])('reproduces losses and final weights on %s', async (device) => {
    const recording = readRecording(path!);
    const actor = recording.network('init', 'actor');
    const state = {
      actor,
      optimizer: adam({ learningRate: 0 }).init(actor),
      scaler: identityScaler(recording.shapes.observations![1]!),
    };
    const given = { learningRate: recording.config.lr };
    const { metrics, final } = await replay(bc, recording, given, state, device);

    recording.metrics.forEach((expected, step) => {
      expect(metrics[step]!.actorLoss! / expected.actor_loss!).toBeCloseTo(1, 5);
    });
    // 1e-5 relative; Adam divides a gradient by its own size, so where it is near zero its rounding is amplified: a
    // handful of 68,000 weights is off by up to 1e-6, a 300th part of one step.
    expectState(final, 'actor', recording.network('final', 'actor'), { relative: 1e-5, absolute: 1e-6 });
  });
});
