import { LamoError } from '@lamo/core';
import { callStack, userLine } from './user-line';

/** tfjs functions that draw numbers in JavaScript, by their internal names. */
const DRAWING =
  /\b(rand|randomGamma|randomNormal|randomStandardNormal|randomUniform|randomUniformInt|truncatedNormal)_\b/;

/**
 * Refuses random numbers drawn by tfjs: they would become constants of the graph, the same in every step.
 * @throws LamoError `host-randomness`
 */
export function refuseHostRandomness(): void {
  const stack = callStack();
  const name = stack.match(DRAWING)?.[1];
  if (name === undefined) return;
  throw new LamoError({
    where: 'runtime/trace',
    code: 'host-randomness',
    problem: `tf.${name} would draw its numbers once, when the function is compiled${userLine(stack)}`,
    hint: 'Use noise.normal(shape) or noise.uniform(shape), which are drawn anew for every step, and write dropout with it.',
  });
}
