import { existsSync } from 'node:fs';
import { averageMetrics, pretrain } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { loadGpt2, loadTokenizer } from '@lamo/models';
import { type DeviceName, openDevice } from '@lamo/runtime';
import { keepJsonLines, readJsonLines } from '../run/json-lines';
import { loadOwnCheckpoint } from '../run/load-own-checkpoint';
import { withLock } from '../run/lock-run';
import { startSession, writeManifest } from '../run/manifest';
import { checkRunFiles, removeLeftOvers, rewindFiles } from '../run/run-files';
import { checkpointPath, checkpointSteps, findRun } from '../run/run-folder';
import { savedAverages } from '../run/saved-averages';
import { continuePretraining } from './continue-pretraining';
import { openCorpora, openTexts, type Texts } from './open-corpora';
import type { PretrainingObserver } from './open-pretraining';
import { type PretrainingFolder, pretrainingFolder } from './pretraining-folder';
import { type PretrainingManifest, readPretrainingManifest } from './pretraining-manifest';
import { perplexityOf } from './snapshots';

/**
 * Lets a pre-training go on from its last checkpoint, or from its beginning if it was stopped before the first. What comes
 * out is equal, byte for byte, to one that was never stopped.
 *
 * @param path folder of the run
 * @throws LamoError `not-a-run`, `not-a-pretraining`, `run-complete`, `run-in-use`, `text-mismatch`, and what `pretrain` and
 * `continuePretraining` throw
 */
export async function resumePretraining(
  path: string,
  observer: PretrainingObserver = {},
): Promise<PretrainingFolder> {
  findRun(path);
  return withLock(path, () => resume(pretrainingFolder(path), observer));
}

async function resume(folder: PretrainingFolder, observer: PretrainingObserver): Promise<PretrainingFolder> {
  const earlier = readPretrainingManifest(folder.manifest);
  checkUnfinished(folder, earlier.steps);
  checkRunFiles(folder);
  readJsonLines(perplexityOf(folder));
  const texts = await openTexts(earlier.text, observer.hub);
  checkSameText(earlier, texts);
  const tokenizer = await loadTokenizer(folder.tokenizer);
  const corpora = await openCorpora(texts, earlier.text, tokenizer, observer.signal);

  const lastStep = checkpointSteps(folder).at(-1) ?? 0;
  const path = checkpointPath(folder, lastStep);
  const checkpoint = lastStep === 0 ? undefined : loadOwnCheckpoint(path, earlier);
  const { name, threads } = earlier.device;
  const device = await openDevice(name as DeviceName, threads === null ? {} : { threads });
  const { steps } = earlier;
  const beginning = checkpoint === undefined ? await beginningOf(earlier) : { resume: checkpoint };
  const training = await pretrain(corpora.training, {
    ...{ steps, device, heldOut: corpora.heldOut },
    ...beginning,
  });

  const manifest = { ...earlier, sessions: [...earlier.sessions, startSession(lastStep)] };
  rewindFiles(folder, lastStep, manifest.logEvery);
  keepJsonLines(perplexityOf(folder), ({ step }) => step <= lastStep);
  removeLeftOvers(folder);
  writeManifest(folder, manifest);
  const averages = averageMetrics(savedAverages(checkpoint));
  await continuePretraining({ folder, manifest, training, averages }, observer);
  return folder;
}

async function beginningOf({ model, config, seed, initialisedFrom }: PretrainingManifest) {
  if (initialisedFrom === null) return { model, config, seed };
  return { model, config, seed, parameters: (await loadGpt2(initialisedFrom)).parameters };
}

function checkUnfinished({ path, model }: PretrainingFolder, steps: number): void {
  if (!existsSync(model)) return;
  throw new LamoError({
    where: 'cli/pretrain',
    code: 'run-complete',
    problem: `The pre-training ${path} has taken its ${steps} steps`,
    expected: 'one that was stopped',
    hint: `To train its model further: lamo pretrain --initialise-from ${model} --text … --out …`,
  });
}

function checkSameText({ text }: PretrainingManifest, { fingerprint }: Texts): void {
  if (fingerprint === text.fingerprint) return;
  throw new LamoError({
    where: 'cli/pretrain',
    code: 'text-mismatch',
    problem: `The text of ${text.sources.join(', ')} is not what the run was started with`,
    expected: `the hash ${text.fingerprint.slice(0, 12)}…`,
    received: `${fingerprint.slice(0, 12)}…`,
    hint: 'Put the original files back, or start anew with another --out.',
  });
}
