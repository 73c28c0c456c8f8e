import { mutate } from '../mutant';

/** Faults of learning from prompts with completions. */
export const fineTuning = [
  ...mutate(
    'packages/algos/src/algorithms/sft.ts',
    ['algorithms/sft.test'],
    [
      ['prompts are learned, too', 'weights: batch.mask', 'weights: undefined'],
      ['a new model is as short as the examples', 'positions: context, ', ''],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/language-model.ts',
    ['algorithms/sft.test'],
    [['the mask is a token late', 'tf.slice(weights, [0, 1]', 'tf.slice(weights, [0, 0]']],
  ),
  ...mutate(
    'packages/data/src/completions/completions.ts',
    ['completions/completions.test'],
    [
      [
        'the mask takes the last token of the prompt in',
        'offset + prompt, offset',
        'offset + prompt - 1, offset',
      ],
      [
        'examples are the same wherever the prompt ends',
        '.update(`${prompt}\\n`).update(ids)',
        '.update(ids)',
      ],
    ],
  ),
];
