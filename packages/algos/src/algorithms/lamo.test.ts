import {
  gpt2Config,
  identityScaler,
  partitionParameters,
  predictTrajectory,
  type TrajectoryModel,
} from '@lamo/models';
import {
  type DeviceName,
  type HostArray,
  joinTrees,
  openDevice,
  type Tree,
  treeEntries,
} from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { withXla } from '../../../../test/with-xla';
import { replay } from '../../test/replay';
import {
  expectParameters,
  lamoNames,
  readSequenceRecording,
  rename,
  type SequenceRecording,
} from '../../test/sequence-recording';
import { parseConfig } from '../engine/parse-config';
import { transformerGroups } from '../ingredients/sequence/adaptation';
import { sequenceOptimizer } from '../ingredients/sequence/sequence-optimizer';
import { lamo } from './lamo';

const folder = fixturePath('lamo/lamo_linear.json')?.replace('/lamo_linear.json', '');

/** The settings of a recording under our names. */
function settingsOf({ config }: SequenceRecording) {
  const { lora, gpt2, mlp_embedding, co_training } = config as unknown as {
    lora: { r: number; alpha: number } | null;
    gpt2: Record<string, number>;
    mlp_embedding: boolean;
    co_training: boolean;
  };
  const kind = mlp_embedding ? 'mlp' : 'linear';
  return {
    transformer: gpt2Config({
      vocabSize: gpt2.vocab_size!,
      nPositions: gpt2.n_positions!,
      nEmbd: gpt2.n_embd!,
      nInner: 4 * gpt2.n_embd!,
      nLayer: gpt2.n_layer!,
      nHead: gpt2.n_head!,
      residPdrop: 0,
      embdPdrop: 0,
      attnPdrop: 0,
    }),
    given: {
      adaptation: lora === null ? 'full' : 'lora',
      ...(lora === null ? {} : { loraRank: lora.r, loraAlpha: lora.alpha }),
      loraDropout: 0,
      embedding: kind,
      head: kind,
      bound: mlp_embedding ? 'none' : 'tanh',
      textWeight: co_training ? config.co_lambda! : 0,
      learningRate: config.lr!,
      weightDecay: config.weight_decay!,
      epsilon: config.eps!,
      warmupSteps: config.warmup_steps!,
      contextLength: config.max_length!,
      maxTimesteps: config.max_ep_len!,
      returnScale: 1,
      normaliseObservations: false,
    },
  };
}

/** The model of a recording as a training of ours begins with it. */
function begin(recording: SequenceRecording) {
  const { given, transformer } = settingsOf(recording);
  const config = parseConfig(lamo, given) as never;
  const { transformer: whole, ...around } = rename(recording.tensors('init'), lamoNames) as Record<
    string,
    Record<string, Tree<HostArray>>
  >;
  const { wte, wpe, ...body } = whole!;
  // As adaptBackbone: a table that nothing reads is not there.
  const read = given.textWeight === 0 ? body : { wte, ...body };
  const { frozen, ...trainable } = partitionParameters<HostArray>(
    { transformer: read as Tree<HostArray> },
    transformerGroups(config, transformer.nLayer),
  );
  const parameters = joinTrees<HostArray>(...Object.values(trainable), around);
  const scalar: HostArray = { shape: [], data: Float32Array.of(1) };
  return {
    given,
    loaded: { frozen: frozen!, config: transformer },
    state: {
      parameters,
      unused: {},
      optimizer: sequenceOptimizer(config).init(parameters),
      scaler: identityScaler(5),
      conditioning: { returnScale: scalar, bestReturn: scalar },
    } as unknown as Tree<HostArray>,
  };
}

describe.skipIf(folder === undefined)('LaMo against the recording of its authors’ code', () => {
  const names = ['lamo_mlp_cotrain', 'lamo_linear', 'dt_scratch_linear'];
  // Sums in another order than PyTorch's leave a few units in the seventh digit.
  const exact = { relative: 1e-5, absolute: 2e-6 };

  const runs = names.flatMap((name) => withXla('cpu').map((device) => [name, device] as const));

  it.each(runs)('takes the recorded steps of %s on %s', async (name, device) => {
    const recording = readSequenceRecording(`${folder}/${name}`);
    const { given, loaded, state } = begin(recording);
    const { metrics, states, final } = await replay(lamo, recording, given, state, device, loaded);
    for (const [step, recorded] of recording.metrics.entries()) {
      const { actionLoss, textLoss, gradientNorm } = metrics[step]!;
      expect(
        [actionLoss!, gradientNorm!, ...(textLoss === undefined ? [] : [textLoss])],
        `step ${step}`,
      ).toBeAllClose(
        [
          recorded.action_loss!,
          recorded.grad_norm!,
          ...(textLoss === undefined ? [] : [recorded.text_loss!]),
        ],
        exact,
      );
      const predicted = await predict(states[step]!, loaded, recording, step, device);
      expect(predicted, `step ${step}`).toBeAllClose(realSteps(recording, step), exact);
    }
    const expected = rename(recording.tensors('final'), lamoNames);
    const trained = new Set([...final.keys()].filter((path) => path.startsWith('parameters/')));
    const ours = treeEntries(expected).filter(([path]) => trained.has(`parameters/${path}`));
    // Twice what four steps at the recorded rates can move a weight.
    expectParameters(final, Object.fromEntries(ours), 2 * 3 * recording.config.lr!);
  });

  it.each(runs)('changes exactly the parameters that changed in %s, on %s', async (name, device) => {
    const recording = readSequenceRecording(`${folder}/${name}`);
    const { given, loaded, state } = begin(recording);
    const { states, final } = await replay(lamo, recording, given, state, device, loaded);
    const before = new Map(treeEntries(states[0]!));
    const changed = [...final.keys()].filter(
      (path) =>
        path.startsWith('parameters/') && final.get(path)!.data.join() !== before.get(path)!.data.join(),
    );
    const [init, last] = [recording.tensors('init'), recording.tensors('final')];
    const recorded = [...init.keys()].filter(
      (each) => init.get(each)!.data.join() !== last.get(each)!.data.join(),
    );
    const paths = recorded.map((each) => `parameters/${lamoNames(each)!.path}`);
    expect(changed.sort()).toEqual(paths.sort());
  });
});

/** What the model predicts for a recorded batch at real steps. */
async function predict(
  state: Tree<HostArray>,
  { frozen, config }: ReturnType<typeof begin>['loaded'],
  recording: SequenceRecording,
  step: number,
  deviceName: DeviceName,
): Promise<Float32Array> {
  const { given } = settingsOf(recording);
  const device = await openDevice(deviceName, { threads: 1 });
  const executable = await device.compile({
    state: (state as Record<string, Tree<HostArray>>).parameters!,
    frozen,
    inputs: recording.shapes,
    variants: {
      predict: (parameters, inputs, _, frozen) => {
        const model = joinTrees(parameters, frozen) as unknown as TrajectoryModel<tf.Tensor>;
        const { actions } = predictTrajectory(model, inputs as never, {
          config,
          settings: { order: 'norm-then-time', bound: given.bound as 'none' | 'tanh' },
          lora: { alpha: given.loraAlpha ?? 1, dropout: 0 },
        });
        return { outputs: { actions } };
      },
    },
  });
  for (const [name, values] of Object.entries(recording.batch(step))) executable.inputs[name]!.set(values);
  await executable.run('predict');
  await executable.dispose();
  return onlyReal(executable.outputs.predict.actions!, recording, step);
}

function realSteps(recording: SequenceRecording, step: number): Float32Array {
  return onlyReal(recording.predictedActions(step), recording, step);
}

/** At padded steps the reference predicts from other padding; nothing reads it. */
function onlyReal(actions: Float32Array, recording: SequenceRecording, step: number): Float32Array {
  const { mask } = recording.batch(step);
  const width = actions.length / mask!.length;
  return actions.filter((_, i) => mask![Math.floor(i / width)] === 1);
}
