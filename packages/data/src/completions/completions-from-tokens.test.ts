import { expect, it } from 'vitest';
import { digits } from '../../../../test/plain-tokenizers';
import { completionsFromTokens, type TokenExample } from './completions-from-tokens';
import { completionsFromRows } from './open-completions';
import { tokenCompletions } from './token-completions';

const make = (...examples: readonly TokenExample[]) =>
  completionsFromTokens(examples, { name: 'own', context: 5, vocabularySize: 11 });

it('gives what tokenising the texts gives', async () => {
  const made = make({ prompt: [1, 2], completion: [3, 4, 10] }, { prompt: [5], completion: [6, 10] });
  const rows = [
    { prompt: '12', completion: '34' },
    { prompt: '5', completion: '6' },
  ];
  const expected = await tokenCompletions(completionsFromRows(rows), digits, { context: 5 });
  expect(made.hash()).toBe(expected.hash());
  const { length, context, vocabularySize, largestToken, examples } = expected;
  expect(made).toMatchObject({ length, context, vocabularySize, largestToken, examples, name: 'own' });
  expect(made.withoutReward).toBe('example 1 of own');
});

it('refuses what no model could read', () => {
  expect(() => make()).toThrow(/nothing to learn from in own/);
  expect(() => make({ prompt: [], completion: [1] })).toThrow(/prompt of example 1 of own has no tokens/);
  expect(() => make({ prompt: [1], completion: [] })).toThrow(/completion of example 1/);
  const long = { prompt: [1, 2, 3], completion: [4, 5, 10] };
  expect(() => make({ prompt: [1], completion: [2] }, long)).toThrow(
    /example 2 of own.*at most 5.*received 6/s,
  );
  for (const id of [11, -1, 0.5, Number.NaN])
    expect(() => make({ prompt: [1], completion: [id] })).toThrow(/Token .* does not exist.*from 0 to 10/s);
});
