import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { gpt2Sizes, initGpt2, saveGpt2 } from '@lamo/models';
import type { Prepared } from './algorithm-contender';

/** T, tokens of an example, half of them its prompt. */
const TOKENS = 128;

/** Random completions of GPT-2's vocabulary, and a folder with a GPT-2 small of random weights to fine-tune. */
export async function prepareTuning(): Promise<Prepared> {
  const config = gpt2Sizes.gpt2;
  const rng = Rng.fromSeed(0);
  const ids = (count: number) =>
    Array.from({ length: count }, () => rng.integer(config.vocabSize - 1)).join(' ');
  const rows = Array.from({ length: 64 }, () => ({
    prompt: ids(TOKENS / 2),
    completion: ids(TOKENS / 2 - 1),
  }));
  const numbers = {
    ...{ vocabularySize: config.vocabSize, fingerprint: 'numbers', endOfText: config.vocabSize - 1 },
    encode: (text: string) => text.split(' ').map(Number),
    decode: (tokens: ArrayLike<number>) => Array.from(tokens).join(' '),
  };
  const data = await tokenCompletions(completionsFromRows(rows), numbers, { context: TOKENS });
  const folder = mkdtempSync(join(tmpdir(), 'lamo-bench-'));
  saveGpt2(folder, { config, parameters: initGpt2(config, rng) });
  return {
    data,
    config: { initialiseFrom: folder },
    discard: () => rmSync(folder, { recursive: true }),
  };
}
