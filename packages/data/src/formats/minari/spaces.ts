import { type ActionSpace, type DatasetWarning, LamoError, showValue } from '@lamo/core';
import { listColumns } from '../../column-warnings';
import { type JsonObject, parseLooseObject } from '../loose-json';

/** How Minari writes a space of Gymnasium down. */
export type MinariSpace = JsonObject & { readonly type: string };

/** What a Minari set says of its actions. */
export interface MinariActions {
  readonly actionSpace?: ActionSpace;
  /** The number of the first class, in the file. */
  readonly firstClass: number;
}

/** Reads a space that is JSON inside a string of other JSON; undefined where there is none. @throws LamoError `damaged-file` */
export function parseSpace(origin: string, text: unknown): MinariSpace | undefined {
  if (text === undefined || text === null) return undefined;
  const space = typeof text === 'string' ? parseLooseObject(origin, text) : (text as JsonObject);
  if (typeof space.type === 'string') return space as MinariSpace;
  throw new LamoError({
    where: 'data/minari',
    code: 'damaged-file',
    problem: `${origin} is not a space`,
    expected: 'an object with a `type`',
    received: showValue(space),
  });
}

/**
 * Reads what actions are: amounts, or classes, which begin at the space's `start`.
 *
 * @throws LamoError `unsupported-space`
 */
export function readActions(path: string, space: MinariSpace | undefined): MinariActions {
  if (space === undefined || space.type === 'Box') return { firstClass: 0 };
  if (space.type !== 'Discrete') throw unsupported(path, 'actions', space.type);
  const { n, start = 0 } = space;
  if (!Number.isInteger(n) || (n as number) < 1 || !Number.isInteger(start))
    throw unsupported(path, 'actions', `Discrete with n ${showValue(n)} and start ${showValue(start)}`);
  return { actionSpace: { kind: 'discrete', count: n as number }, firstClass: start as number };
}

/**
 * Warns of actions that leave the box that the set declares: what was done there is not what was logged, or the box is another one.
 *
 * @param actions [N, width]
 */
export function boxWarnings(
  path: string,
  space: MinariSpace | undefined,
  actions: Float32Array,
  width: number,
): DatasetWarning[] {
  if (space?.type !== 'Box') return [];
  const [low, high] = [limits(space.low, width), limits(space.high, width)];
  const outside = Array.from({ length: width }, (_, column) => column).filter((column) => {
    const [least, most] = [low?.[column] ?? -Infinity, high?.[column] ?? Infinity];
    const slack = Number.isFinite(most - least) ? ROUNDING * (most - least) : 0;
    for (let i = column; i < actions.length; i += width)
      if (actions[i]! < least - slack || actions[i]! > most + slack) return true;
    return false;
  });
  if (outside.length === 0) return [];
  const fact = `Actions of ${path} leave the box that the set declares for them, in ${listColumns(outside)}`;
  const hint = 'An environment clips them: if so, clip them before you write the set.';
  return [{ code: 'outside-declared-box', message: `${fact}. ${hint}` }];
}

/** 32-bit floats are rounded: an action may leave its box by this part of it. */
const ROUNDING = 1e-4;

/** Limits of a box for each column: one for all, or as many as there are; undefined if they are neither, NaN for what is no number. */
function limits(said: unknown, width: number): readonly number[] | undefined {
  const numbers = [said].flat(10).map((each) => (typeof each === 'number' ? each : Number.NaN));
  if (numbers.length === 1) return Array<number>(width).fill(numbers[0]!);
  return numbers.length === width ? numbers : undefined;
}

/** A part of observations: its name, the way to it through groups, and its space. */
export interface MinariPart {
  readonly name: string;
  readonly keys: readonly string[];
  readonly space: MinariSpace;
}

/**
 * Lists the parts of observations in the order of their columns: those of a Dict as the space has them, those of a Tuple as they are
 * numbered, and parts of parts after one another, named `a/b`. Of anything else the whole is the only part, without a name.
 */
export function listParts(space: MinariSpace, keys: readonly string[] = []): MinariPart[] {
  const children = childrenOf(space);
  if (children === undefined) return [{ name: keys.map(plainName).join('/'), keys, space }];
  return children.flatMap(([key, child]) => listParts(child, [...keys, key]));
}

/** A Tuple's parts are stored as `_index_0`, `_index_1` …. */
const plainName = (key: string) => key.replace(/^_index_(\d+)$/, '$1');

function childrenOf({ type, subspaces }: MinariSpace): (readonly [string, MinariSpace])[] | undefined {
  if (type === 'Dict') return Object.entries((subspaces ?? {}) as Record<string, MinariSpace>);
  if (type === 'Tuple') return ((subspaces ?? []) as MinariSpace[]).map((space, i) => [`_index_${i}`, space]);
  return undefined;
}

/** Refuses parts that are not numbers that a policy could be given. @throws LamoError `unsupported-space` */
export function checkPart(path: string, { name, space }: MinariPart): void {
  if (['Box', 'MultiBinary'].includes(space.type)) return;
  throw unsupported(path, name === '' ? 'observations' : `observations, part \`${name}\``, space.type);
}

export function unsupported(path: string, what: string, received: string): LamoError {
  return new LamoError({
    where: 'data/minari',
    code: 'unsupported-space',
    problem: `The ${what} of ${path} are of a kind that policies cannot be given`,
    expected: what === 'actions' ? 'Box, or Discrete' : 'Box or MultiBinary, or a Dict or Tuple of them',
    received,
    hint: HINTS[received] ?? 'Turn them into numbers that mean amounts before you write the set.',
  });
}

const HINTS: Readonly<Record<string, string>> = {
  Text: 'Texts are not numbers: name the parts that a policy is to see, `observationParts`, and leave the text out.',
  Discrete: 'A class is not an amount: write a column for each class, 1 where it is that one.',
};
