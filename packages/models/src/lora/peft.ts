/** Adapters in the layout of Python's PEFT: `adapter_config.json` and `adapter_model.safetensors`. */
import { LamoError } from '@lamo/data';
import { type HostArray, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { parameterName } from '../parameters/parameter-name';

/** What `adapter_config.json` says that matters here. */
export interface PeftConfig {
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  /** Last names of the adapted layers: `c_attn`. */
  readonly targetModules: readonly string[];
}

/** Switches of PEFT that change what an adapter computes, with the one setting that is computed here. */
const FIXED = { use_dora: false, use_rslora: false, bias: 'none', use_qalora: false };

/** Ways to begin that leave the base as it is. PiSSA, OLoRA, CorDA and LoftQ change it, so that their adapters fit no other. */
const HARMLESS_INITS: readonly unknown[] = [true, false, 'gaussian', 'orthogonal'];

/** Reads an `adapter_config.json`. @throws LamoError `unsupported-adapter` */
export function parsePeftConfig(
  json: Readonly<Record<string, unknown>>,
  source = 'adapter_config.json',
): PeftConfig {
  if (json.peft_type !== 'LORA') throw unsupported(source, 'peft_type', 'LORA', json.peft_type);
  for (const [name, value] of Object.entries(FIXED)) {
    if (name in json && json[name] !== value) throw unsupported(source, name, value, json[name]);
  }
  for (const name of ['rank_pattern', 'alpha_pattern']) {
    if (Object.keys((json[name] as object | undefined) ?? {}).length > 0) {
      throw unsupported(source, name, 'one rank and alpha for all layers', JSON.stringify(json[name]));
    }
  }
  const { init_lora_weights: init = true } = json;
  if (!HARMLESS_INITS.includes(init)) {
    throw unsupported(source, 'init_lora_weights', HARMLESS_INITS.join(', '), init);
  }
  if (!Number.isInteger(json.r) || (json.r as number) < 1) {
    throw unsupported(source, 'r', 'a whole number of at least 1', json.r);
  }
  if (!Number.isFinite(json.lora_alpha)) throw unsupported(source, 'lora_alpha', 'a number', json.lora_alpha);
  return {
    rank: json.r as number,
    alpha: json.lora_alpha as number,
    dropout: (json.lora_dropout as number | undefined) ?? 0,
    targetModules: json.target_modules as string[],
  };
}

/** Writes an `adapter_config.json` that Python's PEFT can load. */
export function formatPeftConfig(config: PeftConfig, baseModel: string): Record<string, unknown> {
  return {
    peft_type: 'LORA',
    task_type: null,
    base_model_name_or_path: baseModel,
    r: config.rank,
    lora_alpha: config.alpha,
    lora_dropout: config.dropout,
    target_modules: config.targetModules,
    fan_in_fan_out: true,
    inference_mode: true,
    init_lora_weights: true,
    ...FIXED,
  };
}

const NAME = /^base_model\.model\.(?:transformer\.)?(.*)\.(lora_[AB])\.weight$/;

/**
 * Puts adapters beside the layers that they belong to.
 *
 * @param tensors of an `adapter_model.safetensors`
 * @throws LamoError `wrong-weights` if an adapter has no layer, lacks its other half, or does not fit
 */
export function addPeftAdapters<T extends Tree<HostArray>>(
  tree: T,
  tensors: ReadonlyMap<string, HostArray>,
  source = 'adapter_model.safetensors',
): T {
  const leaves = new Map(treeEntries<HostArray>(tree));
  const adapters = new Map<string, HostArray>();
  for (const [name, leaf] of tensors) {
    const [, layer, half] = NAME.exec(name) ?? [];
    if (layer === undefined) throw misfit(source, name, 'base_model.model.<layer>.lora_A.weight', name);
    adapters.set(`${layer.replaceAll('.', '/')}/${half}`, leaf);
  }
  for (const [path, a] of adapters) {
    if (!path.endsWith('/lora_A')) continue;
    const layer = path.slice(0, -'/lora_A'.length);
    checkFit(source, layer, leaves.get(`${layer}/weight`), a, adapters.get(`${layer}/lora_B`));
  }
  // Beside its layer's other leaves, so that the order of the tree stays that of the model.
  const entries = [...leaves].flatMap(([path, leaf]) => {
    const layer = path.replace(/\/bias$/, '');
    const own = path === layer ? [] : ['lora_A', 'lora_B'].map((half) => `${layer}/${half}`);
    const found = own.filter((name) => adapters.has(name));
    return [[path, leaf] as const, ...found.map((name) => [name, adapters.get(name)!] as const)];
  });
  return treeFromEntries<HostArray>(entries) as T;
}

/** Names the adapters of a tree as PEFT does. Only joint adapters (one part) have a form there. */
export function peftTensors(tree: Tree<HostArray>): Map<string, HostArray> {
  const entries = treeEntries(tree).filter(([path]) => /\/lora_[AB]$/.test(path));
  const leaves = new Map(entries);
  for (const [path, a] of entries) {
    const b = leaves.get(path.replace(/A$/, 'B'))!;
    if (path.endsWith('A') && a.shape[0] !== b.shape[1]) {
      throw misfit(
        'the model',
        parameterName(path),
        'a joint adapter',
        `one of ${a.shape[0]! / b.shape[1]!} parts`,
      );
    }
  }
  return new Map(
    entries.map(([path, leaf]) => [`base_model.model.transformer.${parameterName(path)}.weight`, leaf]),
  );
}

function checkFit(
  source: string,
  layer: string,
  weight: HostArray | undefined,
  a: HostArray,
  b: HostArray | undefined,
): void {
  const name = parameterName(layer);
  if (weight === undefined) throw misfit(source, name, 'a layer of the model', 'no such layer');
  const [inputs, outputs] = weight.shape as [number, number];
  const rank = a.shape[0]!;
  const expected = `lora_A [${rank}, ${inputs}] and lora_B [${outputs}, ${rank}]`;
  const fits = a.shape[1] === inputs && b?.shape[0] === outputs && b.shape[1] === rank;
  const received = `lora_A [${a.shape.join(', ')}] and ${b === undefined ? 'no lora_B' : `lora_B [${b.shape.join(', ')}]`}`;
  if (!fits) throw misfit(source, name, expected, received);
}

function misfit(source: string, name: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'models/peft',
    code: 'wrong-weights',
    problem: `The adapter '${name}' of ${source} does not fit the model`,
    expected,
    received,
  });
}

function unsupported(source: string, name: string, expected: unknown, received: unknown): LamoError {
  return new LamoError({
    where: 'models/peft',
    code: 'unsupported-adapter',
    problem: `${source} describes an adapter that cannot be used here: '${name}'`,
    expected: String(expected),
    received: String(received),
  });
}
