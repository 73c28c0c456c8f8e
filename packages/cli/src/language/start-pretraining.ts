import { averageMetrics, type PretrainingConfig, type PretrainRun, pretrain } from '@lamo/algos';
import { type Gpt2Config, gpt2Config, type LoadedGpt2, loadGpt2 } from '@lamo/models';
import { type Device, type DeviceName, openDevice } from '@lamo/runtime';
import { absolute } from '../absolute';
import { withLock } from '../run/lock-run';
import { createManifest, writeManifest } from '../run/manifest';
import { removeLeftOvers } from '../run/run-files';
import { checkFree, createRunFolder } from '../run/run-folder';
import { chooseTokenizer } from './choose-tokenizer';
import { continuePretraining } from './continue-pretraining';
import { type Corpora, openCorpora, openTexts, type TextPlan, type Texts } from './open-corpora';
import type { PretrainingObserver } from './open-pretraining';
import { type PretrainingFolder, pretrainingFolder } from './pretraining-folder';
import type { PretrainingManifest } from './pretraining-manifest';

/** Everything that a new pre-training is made of. */
export interface NewPretraining {
  /** The text to train on, and what to hold out. */
  readonly text: TextPlan;
  /** A tokenizer's folder or name, or how large a vocabulary is to be learned from the text. */
  readonly tokenizer: string | number;
  /** Sizes of a model that is drawn anew, or folder or name of one to go on from. */
  readonly model: string | Omit<Partial<Gpt2Config>, 'vocabSize' | 'nPositions'>;
  /** Settings that differ from the defaults. */
  readonly config: Readonly<Partial<PretrainingConfig>>;
  /** Seed of the run. */
  readonly seed: number;
  /** Gradient steps in all. */
  readonly steps: number;
  /** Steps between snapshots; the beginning and the end have theirs besides. */
  readonly snapshotEvery: number;
  /** Steps between lines of metrics. */
  readonly logEvery: number;
  /** Gradient steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Where to compute, and with how many threads. */
  readonly device: { readonly name: DeviceName; readonly threads?: number | undefined };
  /** Folder of the run. */
  readonly out: string;
  /** Replaces an earlier run in the folder. */
  readonly overwrite: boolean;
}

/**
 * Pre-trains a new model from its first step to its last, in a folder of its own. Everything is checked, and compiled,
 * before the folder is touched.
 *
 * @throws LamoError `folder-exists`, `run-in-use`, and what opening text, tokenizer and model, `pretrain` and `continuePretraining` throw
 */
export async function startPretraining(
  run: NewPretraining,
  observer: PretrainingObserver = {},
): Promise<PretrainingFolder> {
  const place = [run.out, run.overwrite, 'lamo pretrain'] as const;
  checkFree(...place);
  const given = typeof run.model === 'string' ? await loadGpt2(run.model, observer.hub) : undefined;
  const texts = await openTexts(run.text, observer.hub);
  const chosen = await chooseTokenizer(run.tokenizer, texts.training, observer);
  observer.onPreparation?.(`tokenising ${texts.training.name}`);
  const corpora = await openCorpora(texts, run.text, chosen.tokenizer, observer.signal);
  const { name, threads } = run.device;
  const device = await openDevice(name, threads === undefined ? {} : { threads });
  const training = await prepare(run, corpora, given, device);

  return withLock(run.out, async () => {
    createRunFolder(...place);
    const folder = pretrainingFolder(run.out);
    await chosen.saveTo(folder.tokenizer);
    const manifest = describe(run, training, corpora, texts, device);
    writeManifest(folder, manifest);
    removeLeftOvers(folder);
    await continuePretraining({ folder, manifest, training, averages: averageMetrics() }, observer);
    return folder;
  });
}

/** Compiles the steps of a new pre-training. */
function prepare(
  { model, text, config, seed, steps }: NewPretraining,
  { training, heldOut }: Corpora,
  given: LoadedGpt2 | undefined,
  device: Device,
): Promise<PretrainRun> {
  const settings = { config, seed, steps, device, heldOut };
  if (given !== undefined) {
    return pretrain(training, { ...settings, model: given.config, parameters: given.parameters });
  }
  const fixed = { vocabSize: training.vocabularySize, nPositions: text.context };
  return pretrain(training, { ...settings, model: gpt2Config({ ...(model as object), ...fixed }) });
}

function describe(
  run: NewPretraining,
  training: PretrainRun,
  corpora: Corpora,
  { fingerprint }: Texts,
  { name, description }: Device,
): PretrainingManifest {
  const { text, seed, steps, snapshotEvery, logEvery, checkpointEvery } = run;
  const { sources, heldOut } = text;
  return createManifest({
    task: 'pretrain' as const,
    model: training.sizes,
    config: training.config,
    ...{ seed, steps, snapshotEvery, logEvery, checkpointEvery },
    initialisedFrom: typeof run.model === 'string' ? absolute(run.model) : null,
    text: {
      ...text,
      sources: sources.map(absolute),
      heldOut: typeof heldOut === 'number' ? heldOut : heldOut.map(absolute),
      fingerprint,
      blocks: corpora.training.blocks,
      heldOutBlocks: corpora.heldOut.blocks,
    },
    tokenizer: {
      from: typeof run.tokenizer === 'string' ? absolute(run.tokenizer) : null,
      vocabularySize: corpora.training.vocabularySize,
    },
    device: { name, threads: run.device.threads ?? null, description },
  });
}
