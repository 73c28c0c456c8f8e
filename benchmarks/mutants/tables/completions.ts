import { mutate } from '../mutant';

/** Faults of reading prompts and completions. */
export const completions = [
  ...mutate(
    'packages/data/src/completions/packing-sampler.ts',
    ['completions/packing-sampler.test'],
    [
      [
        'positions run on along a row',
        'into.positions[place + i] = i',
        'into.positions[place + i] = place - start + i',
      ],
      ['an epoch begins before the last one ends', 'order.state().position < examples', 'examples > 0'],
    ],
  ),
  ...mutate(
    'packages/data/src/completions/jinja-template.ts',
    ['completions/jinja-template.test'],
    [
      ['what follows the end of text is learned', 'last < 0 ? added', 'last < 1e9 ? added'],
      ['what asks for a turn is learned', 'go(i, true)', 'go(i, false)'],
      ['earlier messages may change', '!text.startsWith(done)', 'text.length < done.length'],
    ],
  ),
  ...mutate(
    'packages/data/src/completions/packed-completions.ts',
    ['completions/completions.test', 'completions/dialogues.test'],
    [
      [
        'the mask takes the last token of what is read in',
        'mask.fill(1, place, place',
        'mask.fill(1, place - 1, place',
      ],
      ['examples are the same whatever is read in them', '.update(`${nameTurns(turns)}\\n`)', ''],
      ['what was cut is the same data as what ended', "if (isUnfinished) hash.update('unfinished\\n');", ''],
    ],
  ),
  ...mutate(
    'packages/data/src/completions/decision-sampler.ts',
    ['completions/decision-sampler.test'],
    [
      ['the next state is that of the next action’s own token', 'next = token - 1', 'next = token'],
      ['what was cut has ended', 'return prompt + completion - 1;', 'return -1;'],
      [
        'what came next is read at its first token',
        'completions.length + next.length - 1',
        'completions.length',
      ],
      ['what came next is not looked at', 'if (next.length > 0) return', 'if (next.length < 0) return'],
      ['returns are not discounted', 'discount * sum', 'sum'],
    ],
  ),
  ...mutate(
    'packages/data/src/completions/encode-example.ts',
    ['completions/dialogues.test'],
    [
      ['turns are not closed', 'if (learned.at(-1) !== endOfText)', 'if (false)'],
      ['a reward comes with the first token', '.with(-1, reward', '.with(0, reward'],
    ],
  ),
];
