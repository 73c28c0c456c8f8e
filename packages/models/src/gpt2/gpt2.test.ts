import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { decodeSafetensors, type HostArray, type Tree, treeEntries, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute, computeOn } from '../../../../test/compute';
import { fixturePath } from '../../../../test/fixtures';
import { type PlainGpt2, plainGpt2 } from '../../../../test/plain-gpt2';
import { withXla } from '../../../../test/with-xla';
import { parameterName } from '../parameters/parameter-name';
import { type Gpt2, gpt2, initGpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import { gpt2Config, gpt2Sizes, parseGpt2Config } from './gpt2-config';
import { gpt2FromTensors, gpt2Shapes, gpt2ToTensors } from './gpt2-weights';
import { languageLoss } from './language-model';
import { loadGpt2, saveGpt2 } from './load-gpt2';

const folder = fixturePath('gpt2-tiny/config.json')?.replace('/config.json', '');

/** Products are summed in another order than in PyTorch: single precision leaves about 1e-6 of the largest term. */
const close = { relative: 1e-4, absolute: 2e-6 };

const asGpt2 = (tree: unknown) => tree as Gpt2<tf.Tensor>;

const devices = withXla('cpu');

describe.skipIf(folder === undefined)('GPT-2 against the recording of transformers', () => {
  const read = (name: string) =>
    decodeSafetensors(readFileSync(`${folder}/${name}.safetensors`), name).tensors;
  const config = () => parseGpt2Config(JSON.parse(readFileSync(`${folder}/config.json`, 'utf8')));
  const load = () => gpt2FromTensors(read('model'), config()) as unknown as Tree<HostArray>;

  it.each(devices)('computes the logits, the loss and every gradient, on %s', async (device) => {
    const expected = read('expected');
    const ids = expected.get('input_ids')!;
    const made = await computeOn(device)(load(), { ids }, (state, { ids }) => {
      const { loss, gradients } = valueAndGradients(state, (state) => ({
        loss: languageLoss(asGpt2(state), ids!, config()),
      }));
      const positions = tf.range(0, ids!.shape[1]!, 1, 'int32');
      const hidden = gpt2(asGpt2(state), tokenEmbeddings(asGpt2(state), ids!, positions), config());
      const named = treeEntries(gradients).map(([path, leaf]) => [
        `grad.transformer.${parameterName(path)}`,
        leaf,
      ]);
      return { loss, logits: nextTokenLogits(asGpt2(state), hidden), ...Object.fromEntries(named) };
    });
    const gradients = [...expected.keys()].filter((name) => name.startsWith('grad.'));
    expect(gradients).toHaveLength(treeEntries(load()).length);
    for (const name of ['loss', 'logits', ...gradients]) {
      expect(made[name]!, name).toBeAllClose(expected.get(name)!.data, close);
    }
  });

  it.each(devices)('computes the logits of real tokens beside padding on the left, on %s', async (device) => {
    const expected = read('expected');
    const mask = expected.get('attention_mask')!;
    const inputs = { ids: expected.get('input_ids')!, mask, positions: expected.get('position_ids')! };
    const { logits } = await computeOn(device)(load(), inputs, (state, { ids, mask, positions }) => {
      const embeddings = tokenEmbeddings(asGpt2(state), ids!, positions);
      const hidden = gpt2(asGpt2(state), embeddings, config(), { mask: mask! });
      return { logits: nextTokenLogits(asGpt2(state), hidden) };
    });
    // What padded tokens themselves compute means nothing, and differs between versions of transformers.
    expect(realRows(logits!, mask)).toBeAllClose(realRows(expected.get('logits_masked')!.data, mask), close);
  });

  it.each(devices)('computes hidden states from embeddings that are not of words, on %s', async (device) => {
    const expected = read('expected');
    const mask = expected.get('attention_mask')!;
    const embeddings = expected.get('inputs_embeds')!;
    const { hidden } = await computeOn(device)(load(), { embeddings, mask }, (state, inputs) => {
      // The recording was made without position ids: positions count from the first column.
      const positions = tf.slice(asGpt2(state).wpe.weight, [0, 0], [mask.shape[1]!, -1]);
      const placed = tf.add(inputs.embeddings!, positions);
      return { hidden: gpt2(asGpt2(state), placed, config(), { mask: inputs.mask! }) };
    });
    expect(realRows(hidden!, mask)).toBeAllClose(
      realRows(expected.get('hidden_from_embeds')!.data, mask),
      close,
    );
  });

  it('is loaded from its folder, and again from where it was saved', async () => {
    const loaded = await loadGpt2(folder!);
    expect(loaded).toEqual({ config: config(), parameters: gpt2FromTensors(read('model'), config()) });
    const copy = mkdtempSync(join(tmpdir(), 'lamo-gpt2-'));
    try {
      saveGpt2(copy, loaded);
      expect(await loadGpt2(copy)).toEqual(loaded);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('writes the tensors under the names that it read', () => {
    const tensors = read('model');
    const written = gpt2ToTensors(gpt2FromTensors(tensors, config()));
    expect(new Map([...written].sort())).toEqual(new Map([...tensors].sort()));
  });
});

/** The numbers of the rows whose mask is 1. */
function realRows(values: Float32Array, { data: mask }: HostArray): Float32Array {
  const width = values.length / mask.length;
  return values.filter((_, i) => mask[Math.floor(i / width)] === 1);
}

const tiny = gpt2Config({ vocabSize: 11, nPositions: 8, nEmbd: 8, nLayer: 2, nHead: 2 });

describe('GPT-2', () => {
  const hiddenOf = async (embeddings: HostArray, select?: (x: tf.Tensor) => tf.Tensor) => {
    const state = initGpt2(tiny, Rng.fromSeed(1)) as unknown as Tree<HostArray>;
    const { hidden } = await compute(state, { embeddings }, (state, { embeddings }) => ({
      hidden: gpt2(state as unknown as Gpt2<tf.Tensor>, embeddings!, tiny, select ? { select } : {}),
    }));
    return hidden!;
  };
  const embeddings = (change = 0): HostArray => {
    const data = new Float32Array(6 * 8);
    Rng.fromSeed(2).fillNormal(data);
    return { shape: [1, 6, 8], data: data.map((value, i) => (i >= 4 * 8 ? value + change : value)) };
  };

  it('lets no token see a later one', async () => {
    const before = await hiddenOf(embeddings());
    const after = await hiddenOf(embeddings(1));
    expect(after.subarray(0, 4 * 8)).toEqual(before.subarray(0, 4 * 8));
    expect(after.subarray(4 * 8)).not.toEqual(before.subarray(4 * 8));
  });

  it('computes what plain arithmetic does, with the epsilon, the heads and the curve of its configuration', async () => {
    const sizes = { nHead: 4, layerNormEpsilon: 0.3, activationFunction: 'gelu_new' } as const;
    const config = parseGpt2Config({
      model_type: 'gpt2',
      n_embd: 8,
      n_layer: 2,
      n_head: sizes.nHead,
      layer_norm_epsilon: sizes.layerNormEpsilon,
      activation_function: sizes.activationFunction,
      initializer_range: 0.5,
      vocab_size: 11,
      n_positions: 8,
    });
    const parameters = initGpt2(config, Rng.fromSeed(1));
    const given = embeddings();
    const { hidden } = await compute(
      parameters as unknown as Tree<HostArray>,
      { embeddings: given },
      (state, { embeddings }) => ({ hidden: gpt2(asGpt2(state), embeddings!, config) }),
    );
    const tokens = Array.from({ length: 6 }, (_, t) => Array.from(given.data.subarray(8 * t, 8 * t + 8)));
    const expected = plainGpt2(parameters as unknown as PlainGpt2, tokens, sizes).flat();
    expect(hidden!).toBeAllClose(expected, { relative: 1e-5, absolute: 1e-5 }); // float32
  });

  it('computes the same for selected tokens as for all', async () => {
    const all = await hiddenOf(embeddings());
    const last = await hiddenOf(embeddings(), (x) => tf.slice(x, [0, 5, 0], [-1, 1, -1]));
    expect(last).toBeAllClose(all.subarray(5 * 8), { relative: 1e-5, absolute: 1e-6 });
  });

  it.each([
    ['gpt2', 124_439_808],
    ['gpt2-medium', 354_823_168],
    ['gpt2-large', 774_030_080],
    ['gpt2-xl', 1_557_611_200],
  ] as const)('has as many parameters as the published %s', (name, expected) => {
    const sizes = treeEntries(gpt2Shapes(gpt2Sizes[name])).map(([, { shape }]) =>
      shape.reduce((size, length) => size * length, 1),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(expected);
  });
});

describe('weights of a GPT-2', () => {
  const tensors = () => gpt2ToTensors(initGpt2(tiny, Rng.fromSeed(1)));

  const wte = () => tensors().get('transformer.wte.weight')!;
  const anything = { shape: [1, 1, 8, 8], data: new Float32Array(64) };
  const renamed = (prefix: string) =>
    new Map([...tensors()].map(([name, leaf]) => [name.replace('transformer.', prefix), leaf]));

  it.each(['', 'transformer.', '_orig_mod.', 'module.', 'module._orig_mod.transformer.'])(
    "may be named with the prefix '%s', with the tied head and the buffers of older files",
    (prefix) => {
      const older = renamed(prefix)
        .set(`${prefix}h.1.attn.bias`, anything)
        .set(`${prefix}h.0.attn.masked_bias`, anything)
        .set(`${prefix.replace('transformer.', '')}lm_head.weight`, wte());
      expect(gpt2FromTensors(older, tiny)).toEqual(gpt2FromTensors(tensors(), tiny));
    },
  );

  it.each(['score.weight', 'classifier.bias', 'qa_outputs.weight', 'multiple_choice_head.summary.weight'])(
    'may have the head of another task beside them: %s',
    (head) => {
      const more = tensors().set(head, anything);
      expect(gpt2FromTensors(more, tiny)).toEqual(gpt2FromTensors(tensors(), tiny));
    },
  );

  it.each([
    'lm_head.bias',
    'h.2.attn.bias',
    'h.01.attn.bias',
    'h.0.attn.mask',
    'score.bias',
    'v_head.weight',
  ])('are refused with a tensor that says something else: %s', (name) => {
    expect(() => gpt2FromTensors(tensors().set(name, anything), tiny)).toThrow(
      `with its config.json: '${name}'`,
    );
  });

  it('are refused with an output layer of other numbers than the table of tokens, and with a tensor under two names', () => {
    const other = { ...wte(), data: wte().data.map((value, i) => (i === 5 ? value + 1e-3 : value)) };
    for (const head of [other, anything]) {
      expect(() => gpt2FromTensors(tensors().set('lm_head.weight', head), tiny)).toThrow(
        /an output layer of its own: 'lm_head.weight'/,
      );
    }
    expect(() => gpt2FromTensors(tensors().set('wte.weight', wte()), tiny)).toThrow(/'wte.weight' twice/);
  });

  it('are refused at once for a configuration of far more blocks', () => {
    expect(() => gpt2FromTensors(tensors(), { ...tiny, nLayer: 1e9 }, 'x')).toThrow(
      /x has fewer blocks than its config.json says. Expected tensors of 1000000000 blocks .*received 2/,
    );
  });

  it('are refused when a tensor is missing, of another shape, or unknown', () => {
    const missing = tensors();
    missing.delete('transformer.h.1.ln_2.bias');
    expect(() => gpt2FromTensors(missing, tiny, 'x')).toThrow(
      /x does not fit .* 'h\.1\.ln_2\.bias'. Expected \[8\], received no such tensor/,
    );
    const other = { ...tiny, nPositions: 9 };
    expect(() => gpt2FromTensors(tensors(), other)).toThrow(
      /'wpe.weight'. Expected \[9, 8\], received \[8, 8\]/,
    );
    const more = tensors().set('transformer.h.0.attn.c_attn.lora_A', {
      shape: [1],
      data: new Float32Array(1),
    });
    expect(() => gpt2FromTensors(more, tiny)).toThrow(/has a tensor .* 'h\.0\.attn\.c_attn\.lora_A'/);
  });

  it.each<[settings: object, field: string]>([
    [{ model_type: 'llama' }, 'model_type'],
    [{ scale_attn_by_inverse_layer_idx: true }, 'scale_attn_by_inverse_layer_idx'],
    [{ scale_attn_weights: false }, 'scale_attn_weights'],
    [{ tie_word_embeddings: false }, 'tie_word_embeddings'],
    [{ add_cross_attention: true }, 'add_cross_attention'],
    [{ activation_function: 'swish' }, 'activation_function'],
    [{ activation_function: 'constructor' }, 'activation_function'],
    [{ quantization_config: { bits: 4 } }, 'quantization_config'],
    [{ pruned_heads: { 0: [1] } }, 'pruned_heads'],
    [{ n_layer: 1e9 }, 'n_layer'],
    [{ n_layer: 0 }, 'n_layer'],
    [{ n_embd: '768' }, 'n_embd'],
    [{ n_head: 1.5 }, 'n_head'],
    [{ vocab_size: -1 }, 'vocab_size'],
    [{ layer_norm_epsilon: 0 }, 'layer_norm_epsilon'],
    [{ resid_pdrop: 1 }, 'resid_pdrop'],
    [{ hidden_size: 64, n_embd: 128 }, 'hidden_size'],
    [{ n_embd: 49_152, n_layer: 1000 }, 'size'],
  ])('are refused with a configuration that is not computed here: %j', (settings, field) => {
    expect(() => parseGpt2Config({ model_type: 'gpt2', ...settings })).toThrow(
      expect.objectContaining({ code: 'unsupported-model', message: expect.stringContaining(field) }),
    );
  });

  it('may have a configuration with other names for sizes and curves, and fields that change nothing', () => {
    const json = { model_type: 'gpt2', hidden_size: 128, num_hidden_layers: 3, num_attention_heads: 4 };
    const settings = {
      n_inner: null,
      reorder_and_upcast_attn: true,
      pruned_heads: {},
      n_ctx: 4,
      use_cache: 1,
    };
    for (const activation of ['gelu_new', 'gelu_pytorch_tanh', 'gelu_fast', undefined]) {
      const parsed = parseGpt2Config({ ...json, ...settings, activation_function: activation });
      expect(parsed).toEqual(gpt2Config({ nEmbd: 128, nLayer: 3, nHead: 4 }));
    }
    expect(parseGpt2Config({ ...json, activation_function: 'gelu_python' }).activationFunction).toBe('gelu');
  });

  it('are refused when the heads do not divide the width', () => {
    expect(() => parseGpt2Config({ model_type: 'gpt2', n_head: 7 })).toThrow(/a divisor of the width 768/);
    expect(() => gpt2Config({ nEmbd: 128, nHead: 3 })).toThrow(/a divisor of the width 128, received 3/);
  });
});
