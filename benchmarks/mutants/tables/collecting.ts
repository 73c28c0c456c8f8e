import { type Mutant, mutate } from '../mutant';

/** Faults in collecting data, and in finding environments by their names. */
export const collecting: readonly Mutant[] = [
  ...mutate(
    'packages/eval/src/find-environment.ts',
    ['eval/src/registry.test'],
    [['a name with several versions means none', 'defaultVersion === true ||', '']],
  ),
  ...mutate(
    'packages/eval/src/unknown-environment.ts',
    ['eval/src/registry.test'],
    [
      ['families are not suggested', 'if (family.length > 0) return family;', ''],
      ['ends of names are not looked at', 'name.endsWith(typed) || ', ''],
    ],
  ),
  ...mutate(
    'packages/algos/src/online/logged-dataset.ts',
    ['online/logged-dataset.test'],
    [
      ['classes are counted through all rows', ' - row * actionSize;', ';'],
      ['all rows are taken', 'replay.dataset(rows)', 'replay.dataset()'],
    ],
  ),
  ...mutate(
    'packages/algos/src/kinds/action-bounds.ts',
    ['online/logged-dataset.test'],
    [['amounts are twice what was played', '((action + 1) / 2)', '(action + 1)']],
  ),
  ...mutate(
    'packages/data/src/replay.ts',
    ['data/src/replay.test'],
    [['episodes end behind the last row', 'this.#ends.filter((end) => end <= size)', 'this.#ends']],
  ),
  ...mutate(
    'packages/cli/src/collect/train-until.ts',
    ['collect/train-until.test'],
    [
      ['the target is never reached', 'mean(returns) >= target', 'false'],
      [
        'what has reached it is trained on',
        'return hasReached(last, target) || isFinished',
        'return isFinished',
      ],
      [
        'another run is continued',
        'if (goesOn) await checkSameSettings',
        'if (false) await checkSameSettings',
      ],
    ],
  ),
  ...mutate(
    'packages/cli/src/collect/check-recipe.ts',
    ['collect/read-recipe.test'],
    [
      ['changed recipes are believed', 'if (received === seal) return;', 'return;'],
      [
        'recipes without a seal are believed',
        'if (received === seal) return;',
        'if (seal === undefined || received === seal) return;',
      ],
      [
        'every set is the same',
        '  return Object.entries(asked).every(',
        '  return true || Object.entries(asked).every(',
      ],
      [
        'where it goes makes it another',
        'const { file: _, format: _f, lamo: _l, whole: _w, rows, ...asked } = wanted;',
        'const { whole: _w, rows, ...asked } = wanted;',
      ],
    ],
  ),
];
