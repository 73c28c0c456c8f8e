import { openRepository } from '@lamo/data';
import type { HostArray, Tree } from '@lamo/runtime';
import type { Gpt2 } from '../gpt2/gpt2';
import type { LoadedGpt2 } from '../gpt2/load-gpt2';
import { headsOf, type ModelHeads, readHeads, type StoredHeads, saveHeads } from '../gpt2/model-heads';
import { type LoadWeightsOptions, readWeights } from '../pretrained/load-weights';
import { saveWeights } from '../pretrained/save-weights';
import { mergeLora } from './lora';
import { addPeftAdapters } from './peft';
import { formatPeftConfig, type PeftConfig, parsePeftConfig, peftBaseModel } from './peft-config';

/** Adapters apart from their model, as Python's PEFT has them. */
export interface PeftAdapter {
  /** Of `adapter_config.json`. */
  readonly config: PeftConfig;
  /** By their names in `adapter_model.safetensors`. */
  readonly tensors: ReadonlyMap<string, HostArray>;
  /** Name or folder of the model that they belong to, if it is known. */
  readonly baseModel: string | null;
  /** What learned beside them; they are those of the model that the adapters are merged into. @default nothing */
  readonly heads?: StoredHeads;
}

type Options = Omit<LoadWeightsOptions, 'kind' | 'only'>;

/**
 * Loads adapters that Lamo or Python's PEFT has saved, from a folder or a repository of the hub.
 *
 * @throws LamoError `unsupported-adapter`, and what `loadWeights` throws
 */
export async function loadGpt2Adapter(nameOrFolder: string, options: Options = {}): Promise<PeftAdapter> {
  const repository = await openRepository(nameOrFolder, options);
  const { config, tensors } = await readWeights(repository, { kind: 'adapter' });
  return {
    config: parsePeftConfig(config, `${nameOrFolder}/adapter_config.json`),
    tensors,
    baseModel: peftBaseModel(config),
    heads: await readHeads(repository),
  };
}

/** Tells whether a folder, or a repository of the hub, has adapters and no model. @throws LamoError what `openRepository` throws */
export async function isGpt2Adapter(nameOrFolder: string, options: Options = {}): Promise<boolean> {
  const { files } = await openRepository(nameOrFolder, options);
  return files.includes('adapter_config.json') && !files.includes('config.json');
}

/**
 * Merges adapters into the model that they belong to: the same function as model and adapters together, dropout off. Heads that learned
 * beside the adapters come with them, in place of those of the model.
 *
 * @throws LamoError `wrong-weights` if they belong to a model of other sizes
 * @example
 * const model = mergeGpt2Adapter(await loadGpt2('gpt2'), await loadGpt2Adapter('tuned/adapter'));
 */
export function mergeGpt2Adapter(
  model: LoadedGpt2,
  { config: settings, tensors, heads = {} }: PeftAdapter,
  source?: string,
): LoadedGpt2 {
  const adapted = addPeftAdapters(model.parameters as unknown as Tree<HostArray>, tensors, settings, source);
  const parameters = mergeLora(adapted, settings.alpha) as unknown as Gpt2<HostArray>;
  return { ...model, parameters, ...headsOf(heads, model.config) };
}

/**
 * Writes adapters so that {@link loadGpt2Adapter}, and Python's PEFT, can load them: `adapter_config.json` and
 * `adapter_model.safetensors`. Heads stand in files of their own.
 *
 * @param heads what learned beside them. @default nothing
 * @param folder created if it does not exist; files of other names in it stay
 * @throws LamoError `disk-full`, `not-writable`
 */
export function saveGpt2Adapter(
  folder: string,
  { config, tensors, baseModel }: Omit<PeftAdapter, 'heads'>,
  heads: ModelHeads = {},
): void {
  saveHeads(folder, {});
  saveWeights(folder, { config: formatPeftConfig(config, baseModel), tensors }, { kind: 'adapter' });
  saveHeads(folder, heads);
}
