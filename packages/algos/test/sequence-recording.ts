import { readFileSync } from 'node:fs';
import { decodeSafetensors, type HostArray, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { expect } from 'vitest';
import { type Recording, turned } from './recording';

/** A recorded training of a Decision Transformer, in PyTorch's names and layout. */
export interface SequenceRecording extends Recording {
  /** The tensors of a moment by their own names, without the moment: `embed_ln.weight`. */
  tensors(when: 'init' | 'final'): Map<string, HostArray>;
  /** What the reference predicted, [B, K, A]. */
  predictedActions(step: number): Float32Array;
}

const NAMES: Readonly<Record<string, string>> = {
  states: 'observations',
  actions: 'actions',
  returns_to_go: 'returnsToGo',
  timesteps: 'timesteps',
  mask: 'mask',
  text_ids: 'tokens',
};

/** Reads a recording, `path` without its extension. */
export function readSequenceRecording(path: string): SequenceRecording {
  const { tensors } = decodeSafetensors(readFileSync(`${path}.safetensors`), path);
  const { config, metrics_per_step: metrics } = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
  const present = Object.entries(NAMES).filter(([theirs]) => tensors.has(`step0.${theirs}`));
  const shapes = Object.fromEntries(
    present.map(([theirs, ours]) => {
      const { shape } = tensors.get(`step0.${theirs}`)!;
      return [ours, ours === 'returnsToGo' ? shape.slice(0, 2) : shape];
    }),
  );
  const refuse = () => {
    throw new Error('the recording was made without dropout');
  };
  return {
    config,
    metrics,
    shapes,
    tensors: (when) =>
      new Map(
        [...tensors]
          .filter(([name]) => name.startsWith(`${when}.`))
          .map(([name, leaf]) => [name.slice(when.length + 1), leaf]),
      ),
    predictedActions: (step) => tensors.get(`step${step}.predicted_actions`)!.data,
    batch: (step) =>
      Object.fromEntries(present.map(([theirs, ours]) => [ours, tensors.get(`step${step}.${theirs}`)!.data])),
    noise: () => ({ fillNormal: refuse, fillUniform: refuse, fillDropout: refuse }),
  };
}

/** How a tensor of a reference is called here, and whether its matrix is turned; undefined for what has no place. */
export type Renaming = (name: string) => { readonly path: string; readonly turn: boolean } | undefined;

/** Arranges tensors of a reference as a tree of ours. */
export function rename(tensors: ReadonlyMap<string, HostArray>, renaming: Renaming): Tree<HostArray> {
  const entries = [...tensors].flatMap(([name, leaf]) => {
    const place = renaming(name);
    return place === undefined ? [] : [[place.path, place.turn ? turned(leaf) : leaf] as const];
  });
  return treeFromEntries<HostArray>(entries);
}

/**
 * Expects the parameters that a reference ended with.
 *
 * A key's bias adds the same number to all scores of a query, which softmax ignores: its gradient is 0 but for rounding,
 * and Adam makes steps of full size out of that. So the middle third of `c_attn`'s bias is only held to `drift`.
 */
export function expectParameters(
  final: ReadonlyMap<string, HostArray>,
  expected: Tree<HostArray>,
  drift: number,
): void {
  for (const [path, { data }] of treeEntries(expected)) {
    const received = final.get(`parameters/${path}`)!.data;
    const third = data.length / 3;
    const isNoise = (i: number) => path.endsWith('c_attn/bias') && Math.floor(i / third) === 1;
    const known = (values: Float32Array) => values.filter((_, i) => !isNoise(i));
    // Adam divides by the root of a squared gradient: where a gradient is nearly 0, so is what can be known of it.
    expect(known(received), path).toBeAllClose(known(data), { relative: 1e-5, absolute: 2e-6 });
    expect(received, path).toBeAllClose(data, { relative: 0, absolute: drift });
  }
}

/** Names of CORL's Decision Transformer. */
export const corlNames: Renaming = (name) => {
  if (name.endsWith('causal_mask')) return undefined;
  const path = name
    .replace('model.', '')
    .replace('attention.in_proj_', 'attn.c_attn.')
    .replace('attention.out_proj', 'attn.c_proj')
    .replace('mlp.0', 'mlp.c_fc')
    .replace('mlp.2', 'mlp.c_proj')
    .replace('norm1', 'ln_1')
    .replace('norm2', 'ln_2')
    .replace('blocks', 'transformer.h')
    .replace('out_norm', 'transformer.ln_f')
    .replace('emb_norm', 'embed_ln')
    .replace('timestep_emb', 'embed_timestep')
    .replace('return_emb', 'embed_return')
    .replace('state_emb', 'embed_state')
    .replace('action_emb', 'embed_action')
    .replace('action_head.0', 'predict_action')
    .replaceAll('.', '/');
  const turn = path.endsWith('weight') && !/ln|timestep/.test(path);
  return { path, turn };
};

/** Names of LaMo's model; its heads for states and returns are left out. */
export const lamoNames: Renaming = (name) => {
  if (/^predict_(state|return)/.test(name)) return undefined;
  const path = name
    .replace('transformer_model.transformer', 'transformer')
    .replace('predict_action.0', 'predict_action')
    .replaceAll('.', '/');
  const turn = /^(embed_(return|state|action)|predict)/.test(path) && path.endsWith('weight');
  return { path, turn };
};
