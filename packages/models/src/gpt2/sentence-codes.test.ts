import { Rng } from '@lamo/core';
import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { type PlainGpt2, plainGpt2 } from '../../../../test/plain-gpt2';
import { digits } from '../../../../test/plain-tokenizers';
import { nanoModelFolder } from '../pretrained/nano-model';
import { loadTokenizer } from '../tokenizer/load-tokenizer';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { loadGpt2 } from './load-gpt2';
import { sentenceCodes } from './sentence-codes';

const config = gpt2Config({
  ...{ vocabSize: 11, nPositions: 24, nEmbd: 16, nLayer: 2, nHead: 2, initializerRange: 0.5 },
});
const parameters = initGpt2(config, Rng.fromSeed(1));
const reader = { model: { config, parameters }, tokenizer: digits };
const options = { device: await openDevice('cpu', { threads: 1 }) };

/** The mean of the last hidden states, in double precision. */
function plainCode(sentence: string): number[] {
  const at = ({ weight }: typeof parameters.wte, row: number) =>
    Array.from(weight.data.subarray(row * 16, (row + 1) * 16));
  const embedded = digits
    .encode(sentence)
    .map((id, t) => at(parameters.wte, id).map((x, i) => x + at(parameters.wpe, t)[i]!));
  const hidden = plainGpt2(parameters as unknown as PlainGpt2, embedded, config);
  return hidden[0]!.map((_, i) => hidden.reduce((sum, row) => sum + row[i]!, 0) / hidden.length);
}

describe('codes of sentences', () => {
  it('are means of last hidden states', async () => {
    // Of one token, of a row that is full, of one that is not, and of the longest row, which is no power of two.
    const sentences = ['7', '31415926', '271828182', '10101010101010101010101'];
    const codes = await sentenceCodes(reader, sentences, options);
    for (const [i, sentence] of sentences.entries())
      expect([...codes[i]!]).toBeAllClose(plainCode(sentence), { absolute: 1e-5 }); // float32
  });

  it('are equal for equal sentences, whatever they are read with, and differ otherwise', async () => {
    const [a, b, again, c] = await sentenceCodes(reader, ['12', '21', '12', '120'], options);
    const [alone] = await sentenceCodes(reader, ['12'], options);
    expect(again).toEqual(a);
    expect(alone).toEqual(a);
    for (const other of [b!, c!])
      expect(Math.max(...other.map((x, i) => Math.abs(x - a![i]!)))).toBeGreaterThan(0.01);
  });

  it('are of the model that comes along as wide as it is, and tell six things in a kitchen apart', async () => {
    const folder = nanoModelFolder();
    const nano = { model: await loadGpt2(folder), tokenizer: await loadTokenizer(folder) };
    const things = ['microwave', 'kettle', 'cabinet', 'light switch', 'door', 'burner'];
    const codes = await sentenceCodes(
      nano,
      things.map((thing) => `open the ${thing}`),
      options,
    );
    for (const [i, code] of codes.entries()) {
      expect(code).toHaveLength(nano.model.config.nEmbd);
      for (const other of codes.slice(0, i))
        expect(Math.hypot(...code.map((x, k) => x - other[k]!))).toBeGreaterThan(0.05 * Math.hypot(...code));
    }
  });

  it('are refused where there is nothing to read, or too much, or nothing that the model knows', async () => {
    const codeOf = (sentence: string, tokenizer = digits) =>
      sentenceCodes({ ...reader, tokenizer }, [sentence], options);
    await expect(codeOf('')).rejects.toThrow(/has no tokens/);
    await expect(codeOf('1'.repeat(25))).rejects.toThrow(/at once.*at most 24 tokens.*25/s);
    await expect(codeOf('1', { ...digits, encode: () => [99] })).rejects.toThrow(/ids below 11.*99/s);
    const damaged = { ...parameters.ln_f.bias, data: new Float32Array(16).fill(Number.NaN) };
    const model = { config, parameters: { ...parameters, ln_f: { ...parameters.ln_f, bias: damaged } } };
    await expect(sentenceCodes({ model, tokenizer: digits }, ['1'], options)).rejects.toThrow(/damaged/);
  });
});
