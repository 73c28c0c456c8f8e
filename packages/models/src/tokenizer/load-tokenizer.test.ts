import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tokenizer } from '@lamo/data';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { startHub } from '../../../../test/hub-server';
import { loadTokenizer } from './load-tokenizer';
import { saveTokenizer } from './save-tokenizer';
import { trainTokenizer } from './train-tokenizer';

const folder = mkdtempSync(join(tmpdir(), 'lamo-tokenizer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const gpt2 = fixturePath('gpt2-tokenizer/tokenizer.json')?.replace(/\/tokenizer\.json$/, '');

describe.skipIf(!gpt2)("GPT-2's own vocabulary", () => {
  let tokenizer: Tokenizer;
  const recorded: { text: string; ids: number[] }[] = gpt2
    ? JSON.parse(readFileSync(join(gpt2, 'expected.json'), 'utf8'))
    : [];

  beforeAll(async () => {
    const noNetwork = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'));
    tokenizer = await loadTokenizer(gpt2!);
    expect(noNetwork).not.toHaveBeenCalled();
    noNetwork.mockRestore();
  });

  it('has 50,257 tokens, the last of which ends a text', () => {
    expect(tokenizer).toMatchObject({ vocabularySize: 50_257, endOfText: 50_256 });
  });

  it.each(recorded)('gives the recorded ids of $text and the text of the ids', ({ text, ids }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(text);
  });

  it('changes nothing about spaces and signs', () => {
    const text = " it 's  <unk> , \u00a0 a\tb .\r\n\n";
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.decode([])).toBe('');
  });

  it('refuses ids that it does not have', () => {
    for (const id of [50_257, -1, 0.5]) {
      expect(() => tokenizer.decode([0, id])).toThrow(
        expect.objectContaining({ code: 'token-out-of-range' }),
      );
    }
  });

  it('names its vocabulary by what the files hold, not where they are', async () => {
    const copy = join(folder, 'copy');
    cpSync(gpt2!, copy, { recursive: true });
    expect((await loadTokenizer(copy)).fingerprint).toBe(tokenizer.fingerprint);
  });
});

describe('loadTokenizer', () => {
  let good: string;

  beforeAll(async () => {
    good = join(folder, 'good');
    saveTokenizer(good, await trainTokenizer(['some text, some words'], { vocabularySize: 262 }));
  });

  /** A copy of the good folder with some files replaced. */
  function changed(name: string, files: Readonly<Record<string, string>>): string {
    const path = join(folder, name);
    cpSync(good, path, { recursive: true });
    for (const [file, contents] of Object.entries(files)) writeFileSync(join(path, file), contents);
    return path;
  }

  const config = (settings: object) => ({ 'tokenizer_config.json': JSON.stringify(settings) });

  it('takes files without a class or without a config, as those of gpt2 are', async () => {
    const { encode, endOfText } = await loadTokenizer(good);
    const bare = await loadTokenizer(changed('bare', config({ model_max_length: 1024 })));
    expect(bare.encode('some more text')).toEqual(encode('some more text'));
    expect(bare.endOfText).toBe(endOfText);
    const unnamed = await loadTokenizer(changed('unnamed', config({ eos_token: null })));
    expect(unnamed.endOfText).toBe(endOfText);
    const none = changed('none', {});
    rmSync(join(none, 'tokenizer_config.json'));
    expect((await loadTokenizer(none)).encode('some more text')).toEqual(encode('some more text'));
  });

  it('fetches its two files from the hub, and no others', async () => {
    const read = (file: string) => readFileSync(join(good, file));
    const hub = await startHub('tiny/gpt2', {
      'model.safetensors': Buffer.alloc(200),
      'tokenizer.json': read('tokenizer.json'),
      'tokenizer_config.json': read('tokenizer_config.json'),
    });
    const cacheFolder = join(folder, 'hub');
    const options = { endpoint: hub.endpoint, cacheFolder, token: '', offline: false };
    const fetched = await loadTokenizer('tiny/gpt2', options).finally(hub.close);
    expect(hub.served.some(({ url }) => url.includes('safetensors'))).toBe(false);
    const { encode, fingerprint } = await loadTokenizer(good);
    expect(fetched.fingerprint).toBe(fingerprint);
    const cached = await loadTokenizer('tiny/gpt2', { cacheFolder, offline: true });
    expect(cached.encode('some words')).toEqual(encode('some words'));
  });

  it('finds the end of text by the name that the config gives it', async () => {
    const named = changed('named', config({ tokenizer_class: 'GPT2TokenizerFast', eos_token: 'x' }));
    const tokenizer = await loadTokenizer(named);
    expect(tokenizer.decode([tokenizer.endOfText!])).toBe('x');
  });

  it('does to a text what tokenizer.json says before cutting it into words', async () => {
    const contents = JSON.parse(readFileSync(join(good, 'tokenizer.json'), 'utf8'));
    const plain = await loadTokenizer(good);
    const load = (name: string, changes: object) =>
      loadTokenizer(changed(name, { 'tokenizer.json': JSON.stringify({ ...contents, ...changes }) }));
    const lower = await load('lower', { normalizer: { type: 'Lowercase' } });
    expect(lower.encode('Some TEXT')).toEqual(plain.encode('some text'));
    const spaced = await load('spaced', { pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true } });
    expect(spaced.encode('some text')).toEqual(plain.encode(' some text'));
  });

  it('takes the files that transformers 5 writes, with ids as before', async () => {
    // As saved there: one class for all, special tokens by plain names, and fields that say how it was loaded.
    const saved = {
      ...{ add_prefix_space: false, backend: 'tokenizers', is_local: true, model_max_length: 1024 },
      ...{ bos_token: '<|endoftext|>', eos_token: '<|endoftext|>', unk_token: '<|endoftext|>' },
      ...{ errors: 'replace', extra_special_tokens: [], pad_token: null },
      tokenizer_class: 'TokenizersBackend',
    };
    const text = "some text, some words<|endoftext|> it's  new";
    const plain = await loadTokenizer(good);
    const five = await loadTokenizer(changed('five', config(saved)));
    expect(five.encode(text)).toEqual(plain.encode(text));
    expect(five).toMatchObject({ vocabularySize: plain.vocabularySize, endOfText: plain.endOfText });
  });

  it('cannot be held up by patterns of the file', async () => {
    const contents = JSON.parse(readFileSync(join(good, 'tokenizer.json'), 'utf8'));
    const split = (pattern: string) => ({
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
      ],
    });
    const load = (name: string, changes: object) =>
      loadTokenizer(changed(name, { 'tokenizer.json': JSON.stringify({ ...contents, ...changes }) }));
    const sensible = await load('sensible', { pre_tokenizer: split(' ?\\p{L}+|[^\\p{L}]') });
    expect(sensible.encode('some words')).toEqual((await loadTokenizer(good)).encode('some words'));
    const endless = await load('endless', { pre_tokenizer: split('^(a+)+$') });
    expect(() => endless.encode(`${'a'.repeat(60)}!`)).toThrow(expect.objectContaining({ code: 'too-slow' }));
  }, 20_000);

  it.each([
    ['"eos_token": {"content": $}', 'eos_token'],
    ['"eos_token": 3', 'eos_token'],
    ['"additional_special_tokens": [$]', 'additional_special_tokens'],
  ])('refuses a configuration with %s, nested however deeply', async (field, name) => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const text = `{${field.replace('$', deep)}}`;
    const path = changed(`deep-${name}-${field.length}`, { 'tokenizer_config.json': text });
    await expect(loadTokenizer(path)).rejects.toMatchObject({
      code: 'damaged-file',
      message: expect.stringContaining(name),
    });
  });

  it('refuses folders without a tokenizer, saying what is there', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const missing = expect.objectContaining({ code: 'missing-tokenizer' });
    await expect(loadTokenizer(empty)).rejects.toThrow(missing);
    writeFileSync(join(empty, 'vocab.json'), '{}');
    await expect(loadTokenizer(empty)).rejects.toThrow(/tokenizer\.json, received vocab\.json/);
    await expect(loadTokenizer(join(folder, 'nowhere'))).rejects.toThrow(
      expect.objectContaining({ code: 'folder-not-found' }),
    );
  });

  it.each([
    ['cut off', '{"model": {"type": "BP'],
    ['of an unknown kind', '{"model": {"type": "Syllables", "vocab": {}}}'],
    ['without a model', '{}'],
    ['without anything', 'null'],
  ])('refuses files that are %s', async (problem, text) => {
    const failure = loadTokenizer(changed(problem, { 'tokenizer.json': text }));
    await expect(failure).rejects.toThrow(expect.objectContaining({ code: 'damaged-file' }));
  });
});
