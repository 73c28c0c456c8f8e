import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import { type Gpt2, type Gpt2Config, type LoadedGpt2, loadGpt2 } from '@lamo/models';
import type { HostArray, Tree } from '@lamo/runtime';
import type { LoadObserver } from '../../engine/algorithm';
import type { LoadedModel } from '../../kinds/language-model';
import { backboneSource, hubOptions } from '../sequence/backbone';

/**
 * Loads a language model that a training only asks: one of the same sizes as the model that it trains, on the same tokens.
 *
 * @param setting name of the setting that names it
 * @param name a folder, a run's folder, `nano` or a name on the hub; null if nothing was said
 * @throws LamoError `model-needed`, `other-model`, and what `loadGpt2` throws
 */
export async function loadOtherModel(
  setting: string,
  name: string | null,
  sizes: Gpt2Config,
  observer?: LoadObserver,
): Promise<LoadedGpt2> {
  if (name === null) throw modelNeeded(setting);
  const ofRun = join(name, 'model');
  const source = existsSync(join(ofRun, 'config.json')) ? ofRun : backboneSource(name);
  const model = await loadGpt2(source, hubOptions(observer));
  const [expected, received] = [sizes, model.config].map(
    ({ vocabSize, nPositions, nLayer, nHead, nEmbd }) =>
      `${vocabSize} tokens and ${nPositions} positions, ${nLayer} blocks of ${nHead} heads and width ${nEmbd}`,
  );
  if (expected === received) return model;
  throw new LamoError({
    where: 'algos/language-model',
    code: 'other-model',
    problem: `${setting}, ${name}, does not read what the trained model reads, or has other sizes`,
    expected: expected!,
    received: received!,
    hint: 'Both must have the same tokenizer: take two models of one training.',
  });
}

/** The weights that a training begins with, as they were loaded. @throws LamoError `model-needed` if it begins with new ones */
export function firstWeights({ weights, frozen }: LoadedModel): Gpt2<HostArray> {
  const first = weights ?? (frozen as Gpt2<HostArray> | undefined);
  if (first === undefined) throw modelNeeded('initialiseFrom');
  return first;
}

/** Puts models that a training only asks beside what it has loaded: `asked` finds them in its step. */
export function withAsked(
  loaded: LoadedModel,
  models: Readonly<Record<string, Gpt2<HostArray>>>,
): LoadedModel {
  return { ...loaded, frozen: { ...loaded.frozen, asked: models } as unknown as Tree<HostArray> };
}

function modelNeeded(setting: string): LamoError {
  return new LamoError({
    where: 'algos/language-model',
    code: 'model-needed',
    problem: `\`${setting}\` is missing`,
    expected: 'the folder of a model or a run, or a name on the hub',
    received: 'nothing',
  });
}
