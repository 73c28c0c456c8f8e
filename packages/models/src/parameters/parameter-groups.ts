import { LamoError } from '@lamo/core';
import { countParameters, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { matchesPath, parameterName } from './parameter-name';

/** Name of the group of all remaining parameters. */
export const REST = 'frozen';

/** Patterns for the names of each group's members, by group. */
export type GroupPatterns = Readonly<Record<string, readonly string[]>>;

/** A tree divided into groups; each leaf is in one. */
export type ParameterGroups<Leaf> = Readonly<Record<string, Tree<Leaf>>>;

/**
 * Divides the parameters into groups, each a tree with the members at their old paths. What matches no pattern is the
 * group `frozen`, which may be empty; any other empty group is an error, and so is a parameter in two groups.
 *
 * @example partitionParameters(model, { adapters: ['**.lora_*'], heads: ['predict_*.**'] })
 * @throws LamoError `empty-group`, `overlapping-groups`
 */
export function partitionParameters<Leaf extends { readonly shape: readonly number[] }>(
  tree: Tree<Leaf>,
  groups: GroupPatterns,
): ParameterGroups<Leaf> {
  const members = new Map<string, [path: string, leaf: Leaf][]>(
    [...Object.keys(groups), REST].map((name) => [name, []]),
  );
  for (const [path, leaf] of treeEntries(tree)) {
    const fitting = Object.keys(groups).filter((name) =>
      groups[name]!.some((pattern) => matchesPath(path, pattern)),
    );
    if (fitting.length > 1) throw overlapping(path, fitting);
    members.get(fitting[0] ?? REST)!.push([path, leaf]);
  }
  for (const [name, entries] of members) {
    if (entries.length === 0 && name !== REST) throw emptyGroup(name, groups[name]!, tree);
  }
  return Object.fromEntries([...members].map(([name, entries]) => [name, treeFromEntries(entries)]));
}

/** Number of parameters of each group. */
export function countGroups(
  groups: ParameterGroups<{ readonly shape: readonly number[] }>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(groups).map(([name, tree]) => [name, countParameters(tree)]));
}

function overlapping(path: string, groups: readonly string[]): LamoError {
  return new LamoError({
    where: 'models/parameter-groups',
    code: 'overlapping-groups',
    problem: `The parameter '${parameterName(path)}' is in several groups`,
    expected: 'each parameter in one group',
    received: groups.join(', '),
  });
}

function emptyGroup(name: string, patterns: readonly string[], tree: Tree<unknown>): LamoError {
  const names = treeEntries(tree).map(([path]) => parameterName(path));
  return new LamoError({
    where: 'models/parameter-groups',
    code: 'empty-group',
    problem: `The group '${name}' has no parameters`,
    expected:
      patterns.length === 0 ? 'at least one pattern of names' : `names that match ${patterns.join(' or ')}`,
    received: `${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`,
  });
}
