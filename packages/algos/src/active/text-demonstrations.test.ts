import { createDataset } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { digits } from '../../../../test/plain-tokenizers';
import { copy, next, sizes } from '../../test/digit-tasks';
import { readDemonstrations } from './demonstration';
import { instructedTasks, readExamples, solvedExamples, tokensOf } from './text-demonstrations';

const examples = [
  { prompt: '12', completion: '23' },
  { prompt: '0', completion: '1' },
];
const shown = solvedExamples(next, examples, sizes);

describe('demonstrations of texts', () => {
  it('have a row for each token of completions, which says all that was read and written before', () => {
    const { observationSize: width, size } = shown;
    const seen = Array.from({ length: size }, (_, row) => tokensOf(shown.observations, width, row).join(' '));
    expect(seen).toEqual(['9 9 1 2', '9 9 1 2 2', '9 9 1 2 2 3', '9 9 0', '9 9 0 1']);
    expect([...shown.actions]).toEqual([2, 3, 10, 1, 10]);
    expect([...shown.observations.subarray(0, width)]).toEqual([9, 9, 1, 2, -1, -1, -1, -1, -1, -1]);
    expect([...shown.episodeEnds]).toEqual([5]);
  });

  it('are of one task, whose instruction is its code', () => {
    expect([copy.code, next.code]).toEqual([
      [8, -1],
      [9, 9],
    ]);
    expect(readDemonstrations(shown, next, 'instruction')).toHaveLength(1);
    expect(() => readDemonstrations(shown, copy, 'instruction')).toThrow(/another task than copy/);
  });

  it('are read back as the examples that were solved', () => {
    expect(readExamples(shown, digits.endOfText)).toEqual([
      { prompt: [9, 9, 1, 2], completion: [2, 3, 10] },
      { prompt: [9, 9, 0], completion: [1, 10] },
    ]);
    const copied = solvedExamples(copy, [{ prompt: '', completion: '1' }], sizes);
    expect(readExamples(copied, digits.endOfText)).toEqual([{ prompt: [8], completion: [1, 10] }]);
  });

  it('are refused where rows do not make a text, or do not end', () => {
    const rows = (actions: number[]) =>
      createDataset({ ...shown, actions: actions.map((token) => [token]), truncated: undefined, infos: {} });
    expect(() => readExamples(rows([2, 4, 10, 1, 10]), 10)).toThrow(/Row 2 of .* does not go on/);
    expect(() => readExamples(rows([2, 3, 10, 1, 2]), 10)).toThrow(/does not end with an end of text/);
  });

  it('are refused where there is nothing to learn, no room, or nothing that says the task', () => {
    const solving = (prompt: string, completion: string) => () =>
      solvedExamples(
        copy,
        [
          { prompt: '1', completion: '1' },
          { prompt, completion },
        ],
        sizes,
      );
    expect(solving('1', '')).toThrow(/completion in example 2 of task copy is empty/);
    expect(solving('1234', '123')).toThrow(/example 2 of task copy.*at most 8.*received 9/s);
    expect(() => solvedExamples(copy, [], sizes)).toThrow(/No example of task copy/);
    const { endOfText: _, ...endless } = digits;
    expect(() => solvedExamples(copy, examples, { ...sizes, tokenizer: endless })).toThrow(/no end of text/);
    expect(() => instructedTasks(digits, { silent: '' })).toThrow(/Nothing says that task silent/);
  });
});
