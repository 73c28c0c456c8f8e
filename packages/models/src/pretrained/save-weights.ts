import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, writeError, writeFileAtomic } from '@lamo/core';
import { type HostArray, writeSafetensors } from '@lamo/runtime';
import { isWeightFile, type ShardIndex, WEIGHT_FILES, type WeightKind } from './weight-files';

/** What {@link saveWeights} writes. */
export interface SavedWeights {
  /** Written to `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By their names in the file. */
  readonly tensors: ReadonlyMap<string, HostArray>;
  /** Written to `generation_config.json`. */
  readonly generationConfig?: Readonly<Record<string, unknown>>;
}

/** Options of {@link saveWeights}. */
export interface SaveWeightsOptions {
  /** @default model */
  readonly kind?: WeightKind;
  /** float32, or rounded to float16 at half the size. @default F32 */
  readonly elementType?: 'F32' | 'F16';
  /** Most bytes of one weight file, unless one tensor alone has more. @default 5e9, as in transformers 4 */
  readonly shardSize?: number;
}

/**
 * Saves weights as Python's transformers does (adapters: as PEFT does), so that `from_pretrained` and
 * {@link loadWeights} read them. Everything is written before any older file is replaced.
 *
 * @param folder created if it does not exist; files of other names in it stay
 * @throws LamoError `not-writable`; LamoError `disk-full`, `not-writable`, `out-of-range`
 */
export function saveWeights(
  folder: string,
  { config, tensors, generationConfig }: SavedWeights,
  { kind = 'model', elementType = 'F32', shardSize = 5e9 }: SaveWeightsOptions = {},
): void {
  const names = WEIGHT_FILES[kind];
  const staging = join(folder, `.${names.stem}.${process.pid}.tmp`);
  const writeJson = (name: string, value: unknown) => writeFileAtomic(join(staging, name), format(value));
  makeFolder(staging);
  try {
    const shards = divide(tensors, names.stem, shardSize / (elementType === 'F16' ? 2 : 4));
    for (const [name, part] of shards) {
      const contents = { tensors: part, metadata: { format: 'pt' } };
      writeSafetensors(join(staging, name), contents, { elementType });
    }
    if (shards.size > 1) writeJson(`${names.stem}.safetensors.index.json`, indexOf(shards, elementType));
    if (generationConfig !== undefined) writeJson('generation_config.json', generationConfig);
    writeJson(names.config, config);
    replaceFiles(folder, staging, names.stem);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Distributes tensors, in the order of their names, over files of at most `most` numbers. */
function divide(
  tensors: ReadonlyMap<string, HostArray>,
  stem: string,
  most: number,
): Map<string, Map<string, HostArray>> {
  const parts = [new Map<string, HostArray>()];
  let size = 0;
  // Python sorts by code points; names are ASCII.
  for (const [name, tensor] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (size > 0 && size + tensor.data.length > most) {
      parts.push(new Map());
      size = 0;
    }
    parts.at(-1)!.set(name, tensor);
    size += tensor.data.length;
  }
  if (parts.length === 1) return new Map([[`${stem}.safetensors`, parts[0]!]]);
  const digits = (n: number) => String(n).padStart(5, '0');
  const nameOf = (i: number) => `${stem}-${digits(i + 1)}-of-${digits(parts.length)}.safetensors`;
  return new Map(parts.map((part, i) => [nameOf(i), part]));
}

function indexOf(
  shards: ReadonlyMap<string, ReadonlyMap<string, HostArray>>,
  elementType: 'F32' | 'F16',
): ShardIndex {
  const places = [...shards].flatMap(([file, part]) =>
    [...part].map(([name, { data }]) => ({ file, name, data })),
  );
  const numbers = places.reduce((sum, { data }) => sum + data.length, 0);
  return {
    metadata: { total_size: numbers * (elementType === 'F16' ? 2 : 4) },
    weight_map: Object.fromEntries(places.map(({ name, file }) => [name, file])),
  };
}

/** Moves the written files to their place, and removes the weights that they replace: readers prefer a single file to shards. */
function replaceFiles(folder: string, staging: string, stem: string): void {
  const written = readdirSync(staging);
  try {
    for (const name of written) renameSync(join(staging, name), join(folder, name));
    const stale = readdirSync(folder).filter((name) => isWeightFile(name, stem) && !written.includes(name));
    for (const name of stale) rmSync(join(folder, name));
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

/** Keys in order, as Python writes them. */
function format(value: unknown): string {
  const sorted = (_: string, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return `${JSON.stringify(value, sorted, 2)}\n`;
}
