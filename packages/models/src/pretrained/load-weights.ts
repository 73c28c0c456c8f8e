import { readFileSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { openRepository, type Repository, type RepositoryOptions } from '@lamo/data';
import { firstNonFinite, type HostArray, readSafetensors } from '@lamo/runtime';
import { isWeightFile, WEIGHT_FILES, type WeightKind } from './weight-files';

/** A model in a folder or a repository of the hub: its configuration and its weights. */
export interface Weights {
  /** As given: a folder, or a name such as `gpt2`. */
  readonly source: string;
  /** Of the hub; undefined for a local folder. */
  readonly commit?: string;
  /** `config.json` as it is. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By the names in the files, as float32. */
  readonly tensors: ReadonlyMap<string, HostArray>;
}

/** Options of {@link loadWeights}: those of the hub, and which tensors. */
export interface LoadWeightsOptions extends Omit<RepositoryOptions, 'type'> {
  /** @default model */
  readonly kind?: WeightKind;
  /** Skips tensors with other names, which then cost neither time nor memory. `config` is the model's. @default all */
  readonly only?: (name: string, config: Weights['config']) => boolean;
}

type Filter = (name: string) => boolean;

/**
 * Loads the weights of a model or an adapter from a local folder, or from a repository of the Hugging Face hub:
 * `config.json` and `model.safetensors`, in one file or in shards with an index. All numbers are finite.
 *
 * @throws LamoError `no-weights`, `damaged-file`, `not-finite` and those of `openRepository`; LamoError of `readSafetensors`
 * @example
 * const { config, tensors } = await loadWeights('gpt2');
 */
export async function loadWeights(
  nameOrFolder: string,
  { kind, only, ...options }: LoadWeightsOptions = {},
): Promise<Weights> {
  const repository = await openRepository(nameOrFolder, options);
  const weights = await readWeights(repository, { ...(kind && { kind }), ...(only && { only }) });
  return { source: nameOrFolder, ...weights };
}

/** Reads what {@link loadWeights} loads from a repository that is open. @throws as it does, but for those of `openRepository` */
export async function readWeights(
  repository: Repository,
  { kind = 'model', only = () => true }: Pick<LoadWeightsOptions, 'kind' | 'only'> = {},
): Promise<Omit<Weights, 'source'>> {
  const names = WEIGHT_FILES[kind];
  const config = readJson<Record<string, unknown>>(await repository.path(names.config));
  const tensors = await readTensors(repository, names.stem, (name) => only(name, config));
  const { commit } = repository;
  return { ...(commit !== undefined && { commit }), config, tensors };
}

async function readTensors(
  repository: Repository,
  stem: string,
  only: Filter,
): Promise<Map<string, HostArray>> {
  const whole = `${stem}.safetensors`;
  const index = `${whole}.index.json`;
  if (repository.files.includes(index) && !repository.files.includes(whole)) {
    return readShards(repository, index, only);
  }
  if (!repository.files.includes(whole)) checkHasPickle(repository, stem);
  return new Map(readFinite(await repository.path(whole), only));
}

async function readShards(
  repository: Repository,
  index: string,
  only: Filter,
): Promise<Map<string, HostArray>> {
  const indexPath = await repository.path(index);
  const places = readPlaces(indexPath, index.replace(/\.safetensors\.index\.json$/, ''));
  const wanted = [...places.keys()].filter(only);
  const tensors = new Map<string, HostArray>();
  for (const file of new Set(wanted.map((name) => places.get(name)!))) {
    const isHere = (name: string) => places.get(name) === file && only(name);
    for (const entry of readFinite(await repository.path(file), isHere)) tensors.set(...entry);
  }
  const missing = wanted.find((name) => !tensors.has(name));
  if (missing !== undefined) {
    throw damaged(indexPath, `'${missing}', which ${places.get(missing)} does not have`);
  }
  return tensors;
}

/** File by tensor name. Files must be beside the index, without a path. */
function readPlaces(indexPath: string, stem: string): ReadonlyMap<string, string> {
  const { weight_map: map } = readJson<{ readonly weight_map?: unknown }>(indexPath);
  if (typeof map !== 'object' || map === null) throw damaged(indexPath, 'no weight_map');
  const places = Object.entries(map as Record<string, unknown>);
  const wrong = places.find(([, file]) => typeof file !== 'string' || !isWeightFile(file, stem));
  if (wrong !== undefined) {
    throw damaged(
      indexPath,
      `the place ${JSON.stringify(wrong[1])} of '${wrong[0]}'`,
      `names of shards such as ${stem}-00001-of-00002.safetensors`,
    );
  }
  return new Map(places as [string, string][]);
}

function readFinite(path: string, only: Filter): ReadonlyMap<string, HostArray> {
  const { tensors } = readSafetensors(path, { only });
  for (const [name, { data }] of tensors) {
    const position = firstNonFinite(data);
    if (position === -1) continue;
    throw new LamoError({
      where: 'models/weights',
      code: 'not-finite',
      problem: `The tensor '${name}' of ${path} contains numbers that are not finite`,
      expected: 'finite weights',
      received: `${data[position]} at position ${position}`,
      hint: 'The training that wrote it diverged, or the file was damaged: use an earlier version.',
    });
  }
  return tensors;
}

/** Reads a JSON file that transformers wrote. @throws LamoError `damaged-file` */
export function readJson<T>(path: string): T {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) throw new SyntaxError(`${value} is not an object`);
    return value as T;
  } catch (cause) {
    throw damaged(path, (cause as Error).message, undefined, cause);
  }
}

function damaged(
  path: string,
  received: string,
  expected = 'the JSON that transformers writes',
  cause?: unknown,
): LamoError {
  return new LamoError({
    where: 'models/weights',
    code: 'damaged-file',
    problem: `${path} cannot be used`,
    expected,
    received,
    hint: 'Download or save it again.',
    cause,
  });
}

/** PyTorch's own files are Python programs: they can neither be run here, nor would it be safe. */
function checkHasPickle({ name, files }: Repository, stem: string): void {
  const pickle = files.find((file) => /^(pytorch_model|adapter_model).*\.bin$/.test(file));
  if (pickle === undefined) return;
  const convert =
    stem === 'model'
      ? `from transformers import AutoModel as M; M.from_pretrained('${name}').save_pretrained('FOLDER')`
      : `from safetensors.torch import save_file; import torch; save_file(torch.load('${pickle}'), '${stem}.safetensors')`;
  throw new LamoError({
    where: 'models/weights',
    code: 'no-weights',
    problem: `${name} has its weights only as ${pickle}, a format that only Python can read`,
    expected: `${stem}.safetensors`,
    received: pickle,
    hint: `Convert them once: python -c "${convert}".`,
  });
}
