import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostArray } from '@lamo/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { startHub } from '../../../../test/hub-server';
import { loadWeights } from './load-weights';
import { saveWeights } from './save-weights';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-weights-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const weights = {
  config: { model_type: 'gpt2', n_layer: 1 },
  tensors: new Map([
    ['wte.weight', hostArray([3, 2], [1, 2, 3, 4, 5, 6])],
    ['ln_f.bias', hostArray([2], [0.5, -0.25])],
    ['ln_f.weight', hostArray([2], [7, 8])],
  ]),
};
const read = (name: string) => readFileSync(join(folder, name));
const json = (name: string) => JSON.parse(read(name).toString());

describe('weights', () => {
  it('are loaded as they were saved', async () => {
    saveWeights(folder, weights);
    const { source, config, tensors } = await loadWeights(folder);
    expect({ source, config, tensors }).toEqual({ source: folder, ...weights });
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors']);
  });

  it('may be saved in shards, with an index', async () => {
    saveWeights(folder, weights, { shardSize: 24 });
    expect(readdirSync(folder).sort()).toEqual([
      'config.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
    ]);
    expect(json('model.safetensors.index.json')).toEqual({
      metadata: { total_size: 40 },
      weight_map: {
        'ln_f.bias': 'model-00001-of-00002.safetensors',
        'ln_f.weight': 'model-00001-of-00002.safetensors',
        'wte.weight': 'model-00002-of-00002.safetensors',
      },
    });
    expect((await loadWeights(folder)).tensors).toEqual(weights.tensors);
  });

  it('may be loaded in part, without the shards that hold nothing of it', async () => {
    saveWeights(folder, weights, { shardSize: 24 });
    rmSync(join(folder, 'model-00002-of-00002.safetensors'));
    const { tensors } = await loadWeights(folder, { only: (name) => name === 'ln_f.bias' });
    expect([...tensors.keys()]).toEqual(['ln_f.bias']);
  });

  it('replace older ones, and no other files', async () => {
    writeFileSync(join(folder, 'tokenizer.json'), '{}');
    saveWeights(folder, weights, { shardSize: 24 });
    saveWeights(folder, weights);
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
  });

  it('leave older ones as they were where they cannot be saved', async () => {
    saveWeights(folder, weights);
    const tooLarge = { ...weights, tensors: new Map([['x', hostArray([1], [1e9])]]) };
    expect(() => saveWeights(folder, tooLarge, { elementType: 'F16' })).toThrow(/'x'/);
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors']);
    expect((await loadWeights(folder)).tensors).toEqual(weights.tensors);
  });

  it('may be saved as float16 with settings for generation', async () => {
    const generationConfig = { eos_token_id: 0 };
    saveWeights(folder, { ...weights, generationConfig }, { elementType: 'F16', shardSize: 20 });
    expect(json('generation_config.json')).toEqual(generationConfig);
    // All fit into one file at two bytes each.
    expect(readdirSync(folder)).toContain('model.safetensors');
    expect((await loadWeights(folder)).tensors).toEqual(weights.tensors);
  });

  it('of an adapter have the names that PEFT gives them', async () => {
    const adapter = { ...weights, config: { peft_type: 'LORA' } };
    saveWeights(folder, adapter, { kind: 'adapter' });
    expect(readdirSync(folder).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
    const { config, tensors } = await loadWeights(folder, { kind: 'adapter' });
    expect({ config, tensors }).toEqual(adapter);
  });

  it('come from the hub, too, in shards', async () => {
    saveWeights(folder, weights, { shardSize: 24 });
    const hub = await startHub(
      'openai/tiny',
      Object.fromEntries(readdirSync(folder).map((name) => [name, read(name)])),
    );
    const cacheFolder = join(folder, 'cache');
    const { commit, tensors } = await loadWeights('openai/tiny', {
      endpoint: hub.endpoint,
      cacheFolder,
      offline: false,
    });
    await hub.close();
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(tensors).toEqual(weights.tensors);
  });
});

describe('a model folder is refused', () => {
  const refusal = (code: string, text: string) => ({ code, message: expect.stringContaining(text) });

  it('with weights that only Python reads, saying how to convert them', async () => {
    writeFileSync(join(folder, 'config.json'), '{}');
    writeFileSync(join(folder, 'pytorch_model.bin'), '');
    await expect(loadWeights(folder)).rejects.toMatchObject(refusal('no-weights', 'save_pretrained'));
  });

  it('without weights, naming what it has', async () => {
    writeFileSync(join(folder, 'config.json'), '{}');
    await expect(loadWeights(folder)).rejects.toMatchObject(refusal('missing-file', 'It has: config.json.'));
  });

  it('without a configuration', async () => {
    await expect(loadWeights(folder)).rejects.toMatchObject(refusal('missing-file', 'no file config.json'));
  });

  it.each(['{"model_type":', 'null'])('with the configuration %s', async (text) => {
    writeFileSync(join(folder, 'config.json'), text);
    await expect(loadWeights(folder)).rejects.toMatchObject(refusal('damaged-file', 'config.json'));
  });

  it('with an index that promises what its shards do not have', async () => {
    saveWeights(folder, weights, { shardSize: 24 });
    const index = json('model.safetensors.index.json');
    index.weight_map['wpe.weight'] = 'model-00001-of-00002.safetensors';
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
    await expect(loadWeights(folder)).rejects.toMatchObject(refusal('damaged-file', "'wpe.weight'"));
    writeFileSync(join(folder, 'model.safetensors.index.json'), '{}');
    await expect(loadWeights(folder)).rejects.toMatchObject(refusal('damaged-file', 'no weight_map'));
  });

  it.each([[['../x.safetensors']], ['/etc/hosts'], [3], ['constructor'], ['model-1.bin']])(
    'with an index that sends to %j, which is not a shard beside it',
    async (place) => {
      saveWeights(folder, weights, { shardSize: 24 });
      const index = json('model.safetensors.index.json');
      index.weight_map['ln_f.bias'] = place;
      writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
      await expect(loadWeights(folder)).rejects.toMatchObject(refusal('damaged-file', "of 'ln_f.bias'"));
    },
  );

  it.each(['model', 'adapter'] as const)(
    'with numbers of a %s that are not finite, naming tensor and file, in one file and in shards',
    async (kind) => {
      for (const [value, shardSize] of [
        [Number.NaN, 1e9],
        [Number.POSITIVE_INFINITY, 24],
        [Number.NEGATIVE_INFINITY, 24],
      ] as const) {
        const tensors = new Map(weights.tensors).set('ln_f.bias', hostArray([2], [1, value]));
        saveWeights(folder, { ...weights, tensors }, { kind, shardSize });
        await expect(loadWeights(folder, { kind })).rejects.toMatchObject({
          code: 'not-finite',
          message: expect.stringMatching(
            new RegExp(`'ln_f\\.bias' of .*model.*\\.safetensors .*received ${value} at position 1`),
          ),
        });
      }
    },
  );

  it('with a shard missing', async () => {
    saveWeights(folder, weights, { shardSize: 24 });
    rmSync(join(folder, 'model-00002-of-00002.safetensors'));
    await expect(loadWeights(folder)).rejects.toMatchObject(refusal('missing-file', 'model-00002-of-00002'));
  });

  it('that is a file, when weights are to be saved there', () => {
    writeFileSync(join(folder, 'model'), '');
    expect(() => saveWeights(join(folder, 'model'), weights)).toThrow(
      expect.objectContaining({ code: 'not-writable' }),
    );
  });
});

/** Divides a safetensors file into its header, without the padding, and its numbers. */
function split(file: Buffer): { header: string; numbers: Buffer } {
  const start = 8 + Number(file.readBigUInt64LE(0));
  return { header: file.toString('utf8', 8, start).trimEnd(), numbers: file.subarray(start) };
}

function withoutChecksum(file: Buffer): ReturnType<typeof split> {
  const { header, numbers } = split(file);
  expect(header).toMatch(/,"lamo_sha256":"[0-9a-f]{64}"/);
  return { header: header.replace(/,"lamo_sha256":"[0-9a-f]{64}"/, ''), numbers };
}

const recorded = fixturePath('gpt2-tiny');
describe.skipIf(!recorded)('a model that transformers saved', () => {
  it('is written back byte by byte, but for the checksum in its header', async () => {
    const { config, tensors } = await loadWeights(recorded!);
    const scrambled = new Map([...tensors].reverse());
    saveWeights(folder, { config, tensors: scrambled });
    expect(withoutChecksum(read('model.safetensors'))).toEqual(
      split(readFileSync(`${recorded}/model.safetensors`)),
    );
    expect(json('config.json')).toEqual(JSON.parse(readFileSync(`${recorded}/config.json`, 'utf8')));
  });

  it('and an adapter that PEFT saved, too', async () => {
    const { config, tensors } = await loadWeights(`${recorded}/lora`, { kind: 'adapter' });
    saveWeights(folder, { config, tensors }, { kind: 'adapter' });
    const name = 'adapter_model.safetensors';
    expect(withoutChecksum(read(name))).toEqual(split(readFileSync(`${recorded}/lora/${name}`)));
    expect(Object.keys(json('adapter_config.json'))).toEqual(Object.keys(config).sort());
  });
});
