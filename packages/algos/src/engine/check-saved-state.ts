import { LamoError } from '@lamo/core';
import { type HostArray, type Tree, treeEntries } from '@lamo/runtime';

/** Which numbers make sense in a leaf. */
interface Rule {
  readonly expected: string;
  readonly holds: (value: number) => boolean;
}

const POSITIVE: Rule = { expected: 'finite numbers above 0', holds: (value) => value > 0 };
const NOT_NEGATIVE: Rule = { expected: 'finite numbers of at least 0', holds: (value) => value >= 0 };
const COUNT: Rule = {
  expected: 'a whole number of at least 0',
  holds: (value) => Number.isInteger(value) && value >= 0,
};
const FINITE: Rule = { expected: 'finite numbers', holds: () => true };

/**
 * Nodes of a state whose leaves are not weights but divide, scale or count, known by the names of all their leaves: the
 * scaler of observations, what returns are measured by, and the moments of Adam.
 */
const NODES: readonly Readonly<Record<string, Rule>>[] = [
  { mean: FINITE, standardDeviation: POSITIVE },
  { returnScale: POSITIVE, bestReturn: FINITE },
  {
    first: FINITE,
    second: NOT_NEGATIVE,
    firstWeight: NOT_NEGATIVE,
    secondWeight: NOT_NEGATIVE,
    count: COUNT,
  },
];

/**
 * Checks that the state of a checkpoint can be computed with: it may come from a file without a checksum, or from a program
 * of the user's.
 *
 * @throws LamoError `checkpoint-mismatch`
 */
export function checkSavedState(state: Tree<HostArray>): void {
  const nodes = new Map<string, Map<string, HostArray>>();
  for (const [path, leaf] of treeEntries(state)) {
    const cut = path.lastIndexOf('/') + 1;
    const parent = path.slice(0, cut);
    nodes.set(parent, (nodes.get(parent) ?? new Map()).set(path.slice(cut), leaf));
  }
  for (const [parent, leaves] of nodes) {
    const rules = NODES.find((each) => Object.keys(each).every((name) => leaves.has(name))) ?? {};
    for (const [name, leaf] of leaves) checkLeaf(`${parent}${name}`, leaf, rules[name] ?? FINITE);
  }
}

function checkLeaf(path: string, { data }: HostArray, { expected, holds }: Rule): void {
  // A plain loop, because models have billions of numbers.
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i]!) && holds(data[i]!)) continue;
    throw new LamoError({
      where: 'algos/checkpoint',
      code: 'checkpoint-mismatch',
      problem: `The checkpoint has a number with which nothing can be computed in '${path}'`,
      expected,
      received: `${data[i]} at position ${i}`,
      hint: 'It was damaged or changed after it was written: use the checkpoint before it, or train again.',
    });
  }
}
