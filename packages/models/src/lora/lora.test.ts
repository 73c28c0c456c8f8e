import { readFileSync } from 'node:fs';
import { Rng } from '@lamo/core';
import {
  decodeSafetensors,
  type HostArray,
  hostArray,
  type Tree,
  treeEntries,
  valueAndGradients,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute, computeOn } from '../../../../test/compute';
import { fixturePath } from '../../../../test/fixtures';
import { withXla } from '../../../../test/with-xla';
import { type Gpt2, gpt2, nextTokenLogits, tokenEmbeddings } from '../gpt2/gpt2';
import { parseGpt2Config } from '../gpt2/gpt2-config';
import { gpt2FromTensors } from '../gpt2/gpt2-weights';
import { languageLoss } from '../gpt2/language-model';
import { parameterName } from '../parameters/parameter-name';
import { addLora, loraUpdate, mergeLora, unmergeLora } from './lora';
import { addPeftAdapters, peftTensors } from './peft';
import { formatPeftConfig, parsePeftConfig } from './peft-config';

const folder = fixturePath('gpt2-tiny/config.json')?.replace('/config.json', '');

/** As in gpt2.test.ts. */
const close = { relative: 1e-4, absolute: 2e-6 };

const devices = withXla('cpu');

describe.skipIf(folder === undefined)('LoRA against the recording of PEFT', () => {
  const read = (name: string) =>
    decodeSafetensors(readFileSync(`${folder}/${name}.safetensors`), name).tensors;
  const json = (name: string) => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
  const config = () => parseGpt2Config(json('config'));
  const peft = () => parsePeftConfig(json('lora/adapter_config'));
  const base = () => gpt2FromTensors(read('model'), config()) as unknown as Tree<HostArray>;
  const adapted = () => addPeftAdapters(base(), read('lora/adapter_model'), peft());
  const asGpt2 = (tree: unknown) => tree as Gpt2<tf.Tensor>;

  it.each(devices)('computes logits, loss and the gradients of the adapters, on %s', async (device) => {
    const expected = read('lora/expected');
    const ids = read('expected').get('input_ids')!;
    const lora = { lora: peft() };
    const made = await computeOn(device)(adapted(), { ids }, (state, { ids }) => {
      const { loss, gradients } = valueAndGradients(state, (state) => ({
        loss: languageLoss(asGpt2(state), ids!, config(), lora),
      }));
      const positions = tf.range(0, ids!.shape[1]!, 1, 'int32');
      const hidden = gpt2(asGpt2(state), tokenEmbeddings(asGpt2(state), ids!, positions), config(), lora);
      const named = treeEntries(gradients).map(([path, leaf]) => [
        `grad.base_model.model.transformer.${parameterName(path)}.default.weight`,
        leaf,
      ]);
      return { loss, logits: nextTokenLogits(asGpt2(state), hidden), ...Object.fromEntries(named) };
    });
    const gradients = [...expected.keys()].filter((name) => name.startsWith('grad.'));
    expect(gradients).toHaveLength(read('lora/adapter_model').size);
    for (const name of ['loss', 'logits', ...gradients]) {
      expect(made[name]!, name).toBeAllClose(expected.get(name)!.data, close);
    }
  });

  it('merges into the weights, and comes out of them again', () => {
    const merged = mergeLora(adapted(), peft().alpha);
    const weight = (tree: Tree<HostArray>) => new Map(treeEntries(tree)).get('h/0/attn/c_attn/weight')!.data;
    expect(weight(merged)).toBeAllClose(
      read('lora/expected').get('merged.transformer.h.0.attn.c_attn.weight')!.data,
      close,
    );
    expect(treeEntries(merged).map(([path]) => path)).toEqual(treeEntries(base()).map(([path]) => path));
    const unmerged = unmergeLora(merged, adapted(), peft().alpha);
    // A sum and a difference in single precision.
    expect(weight(unmerged)).toBeAllClose(weight(base()), { relative: 1e-6, absolute: 1e-7 });
    expect(new Map(treeEntries(unmerged)).get('h/0/attn/c_attn/lora_A')).toEqual(
      new Map(treeEntries(adapted())).get('h/0/attn/c_attn/lora_A'),
    );
  });

  it('writes the names, and the settings, that it read', () => {
    const tensors = read('lora/adapter_model');
    expect(new Map([...peftTensors(adapted())].sort())).toEqual(new Map([...tensors].sort()));
    const written = formatPeftConfig(peft(), '..');
    const theirs = json('lora/adapter_config');
    for (const [name, value] of Object.entries(written)) expect(theirs[name], name).toEqual(value);
  });

  it('refuses adapters that do not belong to the model', () => {
    const name = (half: string) => `base_model.model.transformer.h.0.attn.c_attn.lora_${half}.weight`;
    const add = (changes: readonly [string, HostArray | undefined][], settings = peft()) => {
      const tensors = new Map(read('lora/adapter_model'));
      for (const [key, leaf] of changes) leaf === undefined ? tensors.delete(key) : tensors.set(key, leaf);
      return addPeftAdapters(base(), tensors, settings);
    };
    expect(() => add([[name('B'), hostArray([24, 4], new Float32Array(96))]])).toThrow(
      /'h\.0\.attn\.c_attn'.*Expected lora_A \[4, 24\] and lora_B \[72, 4\].*received .*lora_B \[24, 4\]/,
    );
    expect(() => add([[name('B'), undefined]])).toThrow(/received lora_A \[4, 24\] and no lora_B/);
    expect(() => add([[name('A'), undefined]])).toThrow(/received no lora_A and lora_B \[72, 4\]/);
    const unprefixed = name('A').replace('transformer.', '');
    expect(() => add([[unprefixed, hostArray([4, 24], new Float32Array(96))]])).toThrow(/received two/);
    expect(() => add([], { ...peft(), rank: 8 })).toThrow(/lora_A \[8, 24\].*for r is 8/);
    expect(() => add([], { ...peft(), targetModules: ['c_proj'] })).toThrow(
      /layers of target_modules: c_proj/,
    );
    const table = name('A').replace('h.0.attn.c_attn', 'wte');
    expect(() =>
      add([[table, hostArray([4, 96], new Float32Array(384))]], {
        ...peft(),
        targetModules: ['c_attn', 'wte'],
      }),
    ).toThrow(/a linear layer of the model/);
    expect(() => add([['base_model.model.score.weight', hostArray([1], [1])]])).toThrow(/score\.weight/);
  });
});

describe('the settings of a PEFT adapter', () => {
  const good = { peft_type: 'LORA', r: 4, lora_alpha: 8, target_modules: ['c_attn'] };

  it.each<[settings: object, field: string]>([
    ...['pissa', 'pissa_niter_4', 'olora', 'corda', 'loftq', 'eva'].map(
      (init) => [{ init_lora_weights: init }, 'init_lora_weights'] as [object, string],
    ),
    ...[undefined, 0, 1.5, '4'].map((r) => [{ r }, 'r'] as [object, string]),
    [{ peft_type: 'IA3' }, 'peft_type'],
    [{ lora_alpha: undefined }, 'lora_alpha'],
    [{ lora_dropout: 1 }, 'lora_dropout'],
    [{ target_modules: '.*attn' }, 'target_modules'],
    [{ target_modules: [] }, 'target_modules'],
    [{ use_dora: true }, 'use_dora'],
    [{ use_rslora: true }, 'use_rslora'],
    [{ use_qalora: true }, 'use_qalora'],
    [{ use_bdlora: true }, 'use_bdlora'],
    [{ bias: 'all' }, 'bias'],
    [{ lora_bias: true }, 'lora_bias'],
    [{ modules_to_save: ['score'] }, 'modules_to_save'],
    [{ exclude_modules: ['h.0'] }, 'exclude_modules'],
    [{ exclude_modules: 'h.0' }, 'exclude_modules'],
    [{ rank_pattern: { c_attn: 2 } }, 'rank_pattern'],
    [{ alpha_pattern: { c_attn: 2 } }, 'alpha_pattern'],
    [{ layers_to_transform: [0] }, 'layers_to_transform'],
    [{ layers_to_transform: 0 }, 'layers_to_transform'],
    [{ layer_replication: [[0, 4]] }, 'layer_replication'],
    [{ trainable_token_indices: [1] }, 'trainable_token_indices'],
    [{ target_parameters: ['x'] }, 'target_parameters'],
    [{ loftq_config: { loftq_bits: 4 } }, 'loftq_config'],
    [{ eva_config: { rho: 2 } }, 'eva_config'],
    [{ corda_config: { x: 1 } }, 'corda_config'],
    [{ megatron_config: { x: 1 } }, 'megatron_config'],
    [{ alora_invocation_tokens: [1] }, 'alora_invocation_tokens'],
    [{ use_lora_of_tomorrow: false }, 'use_lora_of_tomorrow'],
  ])(
    'are refused, by the name of the field, where they change what is computed or may: %j',
    (settings, field) => {
      expect(() => parsePeftConfig({ ...good, ...settings })).toThrow(
        expect.objectContaining({
          code: 'unsupported-adapter',
          message: expect.stringContaining(`\`${field}\``),
        }),
      );
    },
  );

  it('are taken with a beginning that leaves the base as it is, and with fields that say nothing', () => {
    for (const init of [true, false, 'gaussian', 'orthogonal', undefined]) {
      expect(parsePeftConfig({ ...good, init_lora_weights: init })).toMatchObject({ rank: 4, alpha: 8 });
    }
    const empty = { loftq_config: null, layers_to_transform: [], rank_pattern: null, use_bdlora: false };
    const aside = { fan_in_fan_out: false, peft_version: '0.9', task_type: 'CAUSAL_LM', megatron_core: 'x' };
    expect(parsePeftConfig({ ...good, ...empty, ...aside })).toEqual({
      ...{ rank: 4, alpha: 8, dropout: 0, targetModules: ['c_attn'] },
    });
  });
});

describe('LoRA', () => {
  const layer = () => {
    const rng = Rng.fromSeed(4);
    const draw = (...shape: number[]) => {
      const data = new Float32Array(shape.reduce((a, b) => a * b));
      rng.fillNormal(data);
      return hostArray(shape, data);
    };
    return { c: { weight: draw(4, 6), bias: draw(6) } };
  };

  it('starts as the network it adapts', async () => {
    const adapted = addLora(layer(), { rank: 2, layers: ['c'], parts: 3 }, Rng.fromSeed(1));
    expect(adapted.c).toMatchObject({ lora_A: { shape: [6, 4] }, lora_B: { shape: [6, 2] } });
    expect(mergeLora(adapted, 8)).toEqual(layer());
  });

  it('adapts each part of the output by itself, as merged weights do', async () => {
    const adapted = addLora(layer(), { rank: 2, layers: ['c'], parts: 3 }, Rng.fromSeed(1));
    const { lora_B } = adapted.c as unknown as { lora_B: HostArray };
    Rng.fromSeed(9).fillNormal(lora_B.data);
    const x = hostArray([2, 4], [1, -2, 0.5, 3, 0, 1, 2, -1]);
    const { update, difference } = await compute(
      { adapted, merged: mergeLora(adapted, 8), plain: layer() },
      { x },
      (state, { x }) => {
        const { adapted, merged, plain } = state as unknown as Record<
          'adapted' | 'merged' | 'plain',
          { c: Record<'weight' | 'bias', tf.Tensor2D> }
        >;
        const change = tf.sub(merged.c.weight, plain.c.weight) as tf.Tensor2D;
        return {
          update: loraUpdate(adapted.c, x as tf.Tensor2D, 8),
          difference: tf.matMul(x as tf.Tensor2D, change),
        };
      },
    );
    // The difference of merged and plain weights has lost some digits.
    expect(update!).toBeAllClose(difference!, { relative: 1e-4, absolute: 1e-5 });
  });

  it('refuses a pattern without a layer, and a rank below one', () => {
    expect(() => addLora(layer(), { rank: 2, layers: ['h.*.attn'] }, Rng.fromSeed(1))).toThrow(
      /No linear layer matches the pattern 'h\.\*\.attn'.*such as c/,
    );
    expect(() => addLora(layer(), { rank: 0, layers: ['c'] }, Rng.fromSeed(1))).toThrow(/rank of at least 1/);
    expect(() => addLora(layer(), { rank: 1, layers: ['c'], parts: 4 }, Rng.fromSeed(1))).toThrow(
      /parts that divide 6/,
    );
  });
});
