import { openRepository, type RepositoryOptions } from '@lamo/data';
import type { HostArray } from '@lamo/runtime';
import { type LoadWeightsOptions, readJson, readWeights, type Weights } from '../pretrained/load-weights';
import { type SaveWeightsOptions, saveWeights } from '../pretrained/save-weights';
import type { Gpt2 } from './gpt2';
import { formatGpt2Config, type Gpt2Config, parseGpt2Config } from './gpt2-config';
import { gpt2FromTensors, gpt2ToTensors, isGpt2Tensor } from './gpt2-weights';
import { headsOf, type ModelHeads, readHeads, saveHeads } from './model-heads';

/** A GPT-2 with its configuration. */
export interface LoadedGpt2 extends ModelHeads {
  /** Sizes and switches. */
  readonly config: Gpt2Config;
  /** Weights, with the tables of tokens and positions. */
  readonly parameters: Gpt2<HostArray>;
}

/**
 * Loads a GPT-2 from a folder, or from a repository of the hub: `gpt2`, `gpt2-medium`, `distilgpt2`, any of that shape.
 *
 * @throws LamoError `unsupported-model`, `wrong-weights`, and what `loadWeights` throws
 * @example
 * const { config, parameters } = await loadGpt2('gpt2');
 */
export async function loadGpt2(
  nameOrFolder: string,
  options: Omit<LoadWeightsOptions, 'kind' | 'only'> = {},
): Promise<LoadedGpt2> {
  const parse = (config: Weights['config']) => parseGpt2Config(config, `${nameOrFolder}/config.json`);
  const repository = await openRepository(nameOrFolder, options);
  const weights = await readWeights(repository, {
    only: (name, config) => isGpt2Tensor(name, parse(config).nLayer),
  });
  const config = parse(weights.config);
  const parameters = gpt2FromTensors(weights.tensors, config, nameOrFolder);
  return { config, parameters, ...headsOf(await readHeads(repository), config) };
}

/** Loads the sizes of a GPT-2 without its weights. @throws as {@link loadGpt2} */
export async function loadGpt2Config(
  nameOrFolder: string,
  options: Omit<RepositoryOptions, 'type'> = {},
): Promise<Gpt2Config> {
  const repository = await openRepository(nameOrFolder, options);
  const path = await repository.path('config.json');
  return parseGpt2Config(readJson(path), path);
}

/**
 * Writes a GPT-2 so that {@link loadGpt2}, and Python's transformers, can load it. What steers it, and its reward head, stand in files of their own.
 *
 * @throws LamoError `disk-full`, `not-writable`
 */
export function saveGpt2(
  folder: string,
  { config, parameters, ...heads }: LoadedGpt2,
  options: Omit<SaveWeightsOptions, 'kind'> = {},
): void {
  // Those of an earlier model would fit this one, were the writing cut short.
  saveHeads(folder, {});
  saveWeights(folder, { config: formatGpt2Config(config), tensors: gpt2ToTensors(parameters) }, options);
  saveHeads(folder, heads);
}
