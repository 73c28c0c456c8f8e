import { LamoError, Rng } from '@lamo/core';
import type { Completions } from './completions';

/** Examples in two parts that share none. */
export interface HeldOutExamples<Examples> {
  /** The examples to learn from. */
  readonly training: Examples;
  /** The examples to measure on. */
  readonly heldOut: Examples;
}

/** Completions in two parts that share no example. */
export type HeldOutCompletions = HeldOutExamples<Completions>;

/** Examples that can be told apart, and chosen from. */
interface Choosable extends Pick<Completions, 'name' | 'examples' | 'key'> {
  /** Equal for examples that tell something of one another. @default those with equal keys */
  group?(example: number): string;
}

/**
 * Holds out whole examples, drawn at random but always the same ones of the same data. Examples with the same tokens stay together, so that none is
 * measured that was learned from; and so do pairs of answers to the same prompt, of which one tells much of another.
 *
 * @param fraction of the examples, about, at least one
 * @throws LamoError `out-of-range` if a part would be empty
 */
export function holdOutCompletions<
  Examples extends Choosable & { select(examples: ArrayLike<number>): Examples },
>(completions: Examples, fraction: number): HeldOutExamples<Examples> {
  const { examples } = completions;
  const groups = [...groupsOf(completions).values()];
  if (!(fraction > 0 && fraction < 1 && groups.length >= 2)) throw outOfRange(completions, fraction, groups);
  Rng.fromSeed(0).split('held-out').shuffle(groups);
  const wanted = Math.max(1, Math.round(fraction * examples));
  const heldOut = new Uint8Array(examples);
  let count = 0;
  const take = (group: readonly number[]) => {
    for (const example of group) heldOut[example] = 1;
    count += group.length;
  };
  // One group stays in any case. A large one that would take the count beyond what is wanted is passed over.
  for (const group of groups.slice(0, -1)) if (count + group.length <= wanted) take(group);
  if (count === 0) take(groups.reduce((least, group) => (group.length < least.length ? group : least)));
  const numbers = Array.from({ length: examples }, (_, i) => i);
  return {
    training: completions.select(numbers.filter((i) => heldOut[i] === 0)),
    heldOut: completions.select(numbers.filter((i) => heldOut[i] === 1)),
  };
}

/** Numbers of examples that stay together. */
function groupsOf(completions: Choosable): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < completions.examples; i++) {
    const key = completions.group?.(i) ?? completions.key(i);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  }
  return groups;
}

function outOfRange(completions: Choosable, fraction: number, groups: readonly unknown[]): LamoError {
  const { name, examples } = completions;
  return new LamoError({
    where: 'data/completions',
    code: 'out-of-range',
    problem: `No examples of ${name} can be held out`,
    expected: `a fraction between 0 and 1, and at least two different ${completions.group ? 'prompts' : 'examples'}`,
    received: `${fraction} of ${examples} examples, ${groups.length} of them different`,
    hint: 'Use more examples, or hold out others.',
  });
}
