/** Adapters in the layout of Python's PEFT: `adapter_model.safetensors`. */
import { LamoError } from '@lamo/core';
import { type HostArray, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { parameterName } from '../parameters/parameter-name';
import type { PeftConfig } from './peft-config';

const NAME = /^base_model\.model\.(?:transformer\.)?(.+)\.(lora_[AB])\.weight$/;

/**
 * Puts adapters beside the layers that they belong to.
 *
 * @param tensors of an `adapter_model.safetensors`
 * @param config of its `adapter_config.json`
 * @throws LamoError `wrong-weights` if an adapter's layer or other half is missing, or its shape does not match the layer or `config`
 */
export function addPeftAdapters<T extends Tree<HostArray>>(
  tree: T,
  tensors: ReadonlyMap<string, HostArray>,
  config: Pick<PeftConfig, 'rank' | 'targetModules'>,
  source = 'adapter_model.safetensors',
): T {
  const leaves = new Map(treeEntries<HostArray>(tree));
  const adapters = adaptersByPath(tensors, source);
  const layers = new Set([...adapters.keys()].map((path) => path.replace(/\/lora_[AB]$/, '')));
  for (const layer of layers) {
    checkTarget(source, layer, config.targetModules);
    const half = (name: string) => adapters.get(`${layer}/${name}`);
    // Linear layers have a bias, tables do not.
    const weight = leaves.has(`${layer}/bias`) ? leaves.get(`${layer}/weight`) : undefined;
    checkFit(source, layer, config.rank, [weight, half('lora_A'), half('lora_B')]);
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

/** Names the adapters of a tree as PEFT does. Only joint adapters (one part) can be expressed there. */
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

function adaptersByPath(tensors: ReadonlyMap<string, HostArray>, source: string): Map<string, HostArray> {
  const adapters = new Map<string, HostArray>();
  for (const [name, leaf] of tensors) {
    const [, layer, half] = NAME.exec(name) ?? [];
    if (layer === undefined) throw misfit(source, name, 'base_model.model.<layer>.lora_A.weight', name);
    const path = `${layer.replaceAll('.', '/')}/${half}`;
    if (adapters.has(path)) throw misfit(source, name, 'one tensor of this layer and half', 'two');
    adapters.set(path, leaf);
  }
  return adapters;
}

/** PEFT leaves out the tensors of layers that the configuration does not name. */
function checkTarget(source: string, layer: string, targets: readonly string[]): void {
  const name = parameterName(layer);
  if (targets.some((target) => name === target || name.endsWith(`.${target}`))) return;
  throw misfit(source, name, `layers of target_modules: ${targets.join(', ')}`, name);
}

function checkFit(
  source: string,
  layer: string,
  rank: number,
  [weight, a, b]: readonly (HostArray | undefined)[],
): void {
  const name = parameterName(layer);
  if (weight === undefined) throw misfit(source, name, 'a linear layer of the model', 'no such layer');
  const [inputs, outputs] = weight.shape as [number, number];
  const halves = [
    ['lora_A', [rank, inputs], a],
    ['lora_B', [outputs, rank], b],
  ] as const;
  if (halves.every(([, shape, half]) => half?.shape.join() === shape.join())) return;
  const expected = halves.map(([half, shape]) => `${half} [${shape.join(', ')}]`).join(' and ');
  const received = halves.map(([half, , leaf]) =>
    leaf === undefined ? `no ${half}` : `${half} [${leaf.shape.join(', ')}]`,
  );
  throw misfit(source, name, `${expected}, for r is ${rank}`, received.join(' and '));
}

function misfit(source: string, name: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'models/peft',
    code: 'wrong-weights',
    problem: `The adapter '${name}' of ${source} does not match the model`,
    expected,
    received,
  });
}
