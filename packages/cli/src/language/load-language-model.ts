import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import { type HubOptions, openRepository, type Tokenizer } from '@lamo/data';
import { type LoadedGpt2, loadGpt2, loadGpt2Adapter, loadTokenizer, mergeGpt2Adapter } from '@lamo/models';
import type { Command } from 'commander';
import { locateModel } from './locate-model';

/** A language model with its tokenizer. */
export interface LanguageModel {
  /** What a user called it. */
  readonly name: string;
  readonly model: LoadedGpt2;
  readonly tokenizer: Tokenizer;
  /** Folder or name that the tokenizer is from. */
  readonly tokenizerFrom: string;
}

/** Which language model is meant. */
export interface NamedModel {
  /** What a user calls it, or adapters with a base of their own; undefined: the base that `adapter` names. */
  readonly model: string | undefined;
  /** Folder or name of adapters to merge into it, or the folder of a run that trained some. */
  readonly adapter?: string | undefined;
}

/** Refuses a command line that names no model. */
export function checkNamed(command: Command, { model, adapter }: NamedModel): void {
  if (model === undefined && adapter === undefined)
    command.error('error: name a model, or an --adapter that says which model it belongs to');
}

/**
 * Loads a language model, with adapters merged into it if there are some.
 *
 * @throws LamoError `no-base-model`, and what `loadGpt2`, `loadGpt2Adapter`, `mergeGpt2Adapter` and `loadTokenizer` throw
 */
export async function loadLanguageModel(named: NamedModel, hub: HubOptions): Promise<LanguageModel> {
  const { model: base, adapter: given } = named;
  if (given === undefined && base !== undefined && !isAdapter(base)) return loadPlain(base, hub);
  const [place, model] = given === undefined ? [base!, undefined] : [locateAdapter(given), base];
  const adapter = await loadGpt2Adapter(place, hub);
  const folder = locateModel(model ?? adapter.baseModel ?? noBase(place));
  const { files } = await openRepository(place, hub);
  const tokenizerFrom = files.includes('tokenizer.json') ? place : folder;
  return {
    name: model === undefined ? place : `${model} with ${place}`,
    model: mergeGpt2Adapter(await loadGpt2(folder, hub), adapter, join(place, 'adapter_model.safetensors')),
    tokenizer: await loadTokenizer(tokenizerFrom, hub),
    tokenizerFrom,
  };
}

async function loadPlain(name: string, hub: HubOptions): Promise<LanguageModel> {
  const folder = locateModel(name);
  const [model, tokenizer] = [await loadGpt2(folder, hub), await loadTokenizer(folder, hub)];
  return { name, model, tokenizer, tokenizerFrom: folder };
}

/** Tells whether a folder has adapters, and no model. */
const isAdapter = (folder: string) =>
  existsSync(join(folder, 'adapter_config.json')) && !existsSync(join(folder, 'config.json'));

/** Finds adapters by what a user calls them: the folder of a run for its last ones. */
function locateAdapter(name: string): string {
  const ofRun = join(name, 'adapter');
  return existsSync(join(ofRun, 'adapter_config.json')) ? ofRun : name;
}

function noBase(place: string): never {
  throw new LamoError({
    where: 'cli/adapter',
    code: 'no-base-model',
    problem: `The adapters of ${place} do not say which model they belong to`,
    expected: 'base_model_name_or_path in adapter_config.json',
    received: 'none',
    hint: 'Name the model: lamo generate <model> --adapter <folder>.',
  });
}
