import { expect, it } from 'vitest';
import { runRecord } from '../../test/run-record';
import { describeNamedAgain, describeRepeats } from './describe-repeats';
import { groupRuns } from './run-group';

it.each([
  [[], undefined],
  [[['link', 'a']], 'link is the same run as a: it is counted once'],
  [[['a', 'a']], 'a is named more than once: it is counted once'],
  [
    [
      ['a/', 'a'],
      ['./a', 'a'],
    ],
    'a is named more than once: it is counted once',
  ],
  [
    [
      ['a', 'a'],
      ['b', 'b'],
      ['a/', 'a'],
    ],
    'a and b are named more than once: each is counted once',
  ],
] as const)('says of runs that were named again as %j one sentence', (named, sentence) => {
  expect(describeNamedAgain(named.map(([path, earlier]) => ({ path, earlier })))).toBe(sentence);
});

const groupsOf = (...runs: readonly (readonly [path: string, seed: number])[]) =>
  groupRuns(runs.map(([path, seed]) => runRecord({ path, manifest: { seed } })));

it('says of copies one sentence, however many there are', () => {
  expect(describeRepeats(groupsOf(['a', 0], ['b', 1]))).toBeUndefined();
  expect(describeRepeats(groupsOf(['a', 0], ['copy', 0]))).toBe(
    'copy has the same settings, data and seed as a: only a counts',
  );
  const copies = [1, 2, 3, 4, 5, 6].map((i) => [`copy-${i}`, 0] as const);
  expect(describeRepeats(groupsOf(['a', 0], ...copies, ['b', 1], ['c', 1]))).toBe(
    'copy-1, copy-2, copy-3, copy-4, copy-5 and 2 more have the same settings, data and seed as a and b: only those count',
  );
});
