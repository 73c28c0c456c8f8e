/** Names of the files that a model or an adapter is saved in. */
export interface WeightFiles {
  readonly config: string;
  /** Start of the names of weight files: `model` of `model.safetensors`. */
  readonly stem: string;
}

/** A model is saved as Python's transformers does it, an adapter as PEFT does. */
export const WEIGHT_FILES = {
  model: { config: 'config.json', stem: 'model' },
  adapter: { config: 'adapter_config.json', stem: 'adapter_model' },
} as const satisfies Record<string, WeightFiles>;

/** What weights belong to. */
export type WeightKind = keyof typeof WEIGHT_FILES;

/** The part of `model.safetensors.index.json` that says where tensors are. */
export interface ShardIndex {
  readonly metadata: { readonly total_size: number };
  /** File by tensor name. */
  readonly weight_map: Readonly<Record<string, string>>;
}

/** Tells whether a file holds weights of this stem, whole, in shards, or as their index. */
export function isWeightFile(file: string, stem: string): boolean {
  const rest = file.startsWith(stem) ? file.slice(stem.length) : '';
  return /^(-\d{5}-of-\d{5})?\.safetensors(\.index\.json)?$/.test(rest);
}
