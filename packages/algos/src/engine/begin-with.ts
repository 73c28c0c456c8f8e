import { LamoError } from '@lamo/core';
import { type HostArray, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { OPTIMIZER } from './define-algorithm';

/** Where a training begins, if not with what is drawn: any checkpoint will do. */
export interface InitialState {
  /** State of another training. Its parameters, targets and scalers are taken over; optimisers begin anew. */
  readonly state: Tree<HostArray>;
  /** Paths of what may be new, with all below them: `actor/4`. @default nothing */
  readonly fresh?: readonly string[];
}

const partOf = (path: string) => path.split('/')[0]!;

const isOptimizer = (path: string) => OPTIMIZER.test(partOf(path));

const isUnder = (path: string, start: string) => path === start || path.startsWith(`${start}/`);

/**
 * Puts what another training has learned in the place of what was drawn and measured. Whole parts that this algorithm does not
 * have are left out: the critics of a run whose actor is imitated further.
 *
 * @throws LamoError `initial-mismatch` if a leaf is missing, has another shape, or has no place here
 */
export function beginWith(
  algorithm: string,
  drawn: Tree<HostArray>,
  { state, fresh = [] }: InitialState,
): Tree<HostArray> {
  const given = new Map(treeEntries(state));
  const own = new Map(treeEntries(drawn));
  const paths = [...own.keys()];
  const isFresh = (path: string) => fresh.some((start) => isUnder(path, start));
  const nowhere = fresh.find((start) => !paths.some((path) => isUnder(path, start)));
  if (nowhere !== undefined) {
    const problem = `There is no '${nowhere}' in the state that could be fresh`;
    throw mismatch(algorithm, problem, paths.join(', '), nowhere);
  }
  const parts = new Set(paths.map(partOf));
  for (const path of given.keys()) {
    if (own.has(path) || isOptimizer(path) || isFresh(path) || !parts.has(partOf(path))) continue;
    throw mismatch(
      algorithm,
      `The initial state has '${path}', which has no place here`,
      'the same layers',
      path,
    );
  }
  const joined = [...own].map(([path, leaf]) => {
    if (isOptimizer(path) || isFresh(path)) return [path, leaf] as const;
    const taken = given.get(path);
    const expected = `shape [${leaf.shape}]`;
    if (taken === undefined)
      throw mismatch(algorithm, `The initial state lacks '${path}'`, expected, 'nothing');
    if (taken.shape.join() !== leaf.shape.join()) {
      throw mismatch(
        algorithm,
        `'${path}' of the initial state has another shape`,
        expected,
        `shape [${taken.shape}]`,
      );
    }
    return [path, taken] as const;
  });
  return treeFromEntries(new Map(joined));
}

function mismatch(algorithm: string, problem: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: `algos/${algorithm}`,
    code: 'initial-mismatch',
    problem,
    expected,
    received,
    hint: 'Train with the settings of that run (sizes, layers), or name what is to begin anew in `fresh`.',
  });
}
