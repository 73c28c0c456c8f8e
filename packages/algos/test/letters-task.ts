/** Letters to be sorted: prompts with completions of which all is known, and what a model thinks of them in plain arithmetic. */
import { Rng } from '@lamo/core';
import {
  type Completions,
  completionsFromRows,
  type PromptAndCompletion,
  tokenCompletions,
} from '@lamo/data';
import type { Gpt2, LoadedGpt2 } from '@lamo/models';
import type { HostArray } from '@lamo/runtime';
import { type PlainGpt2, plainGpt2 } from '../../../test/plain-gpt2';

const LETTERS = 'abcdefgh=';

/** One token per letter, "=" between prompt and completion; the last token ends a text. */
export const letters = {
  vocabularySize: LETTERS.length + 1,
  fingerprint: 'letters',
  endOfText: LETTERS.length,
  encode: (text: string) => Array.from(text, (letter) => LETTERS.indexOf(letter)),
  decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => LETTERS[id]).join(''),
};

/** Turns examples into tokens. */
export const tokenise = (rows: readonly PromptAndCompletion[], context = 32) =>
  tokenCompletions(completionsFromRows(rows), letters, { context });

/** Three to six letters, to be given back in the order of the alphabet. */
export function sortingTask(count: number, seed: number): PromptAndCompletion[] {
  const rng = Rng.fromSeed(seed);
  return Array.from({ length: count }, () => {
    const drawn = Array.from({ length: 3 + rng.integer(4) }, () => LETTERS[rng.integer(8)]!);
    return { prompt: `${drawn.join('')}=`, completion: drawn.toSorted().join('') };
  });
}

/** The mean loss of all tokens whose mask is 1, in plain arithmetic, and how many there are. */
export function plainLoss({ config: sizes, parameters }: LoadedGpt2, completions: Completions, shift = 0) {
  const { wte, wpe } = parameters as Gpt2<HostArray>;
  const row = ({ data, shape: [, width = 0] }: HostArray, i: number) => [
    ...data.slice(i * width, (i + 1) * width),
  ];
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  let [loss, count] = [0, 0];
  for (let i = 0; i < completions.examples; i++) {
    const [tokens, mask] = [new Float32Array(completions.length), new Float32Array(completions.length)];
    completions.read(i, { tokens, mask });
    const embedded = [...tokens].map((id, t) =>
      row(wte.weight, id).map((v, j) => v + row(wpe.weight, t)[j]!),
    );
    const hidden = plainGpt2(parameters as unknown as PlainGpt2, embedded, sizes);
    for (let t = 1; t < tokens.length; t++) {
      if (mask[t + shift] !== 1) continue;
      const logits = Array.from({ length: sizes.vocabSize }, (_, id) =>
        dot(hidden[t - 1]!, row(wte.weight, id)),
      );
      loss += Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[tokens[t]!]!;
      count++;
    }
  }
  return { loss: loss / count, count };
}
