import {
  type ActionSpace,
  LamoError,
  type ObservationPart,
  type ObservationSpace,
  showValue,
} from '@lamo/core';
import type { Json } from './line-process';

interface Observations {
  readonly observationSize: number;
  readonly observationSpace?: ObservationSpace;
}

interface Actions {
  readonly actionSize: number;
  readonly actionSpace?: ActionSpace;
  readonly actionLow: readonly number[];
  readonly actionHigh: readonly number[];
}

/**
 * Reads an observation space as `gymnasium_host.py` describes it: boxes of any shape are flat vectors, boxes of bytes images, and the parts of a
 * dict follow one another, each under its name.
 *
 * @throws LamoError `unsupported-space`
 */
export function readObservationSpace(where: string, space: unknown): Observations {
  const { kind, spaces } = space as Json;
  if (kind !== 'dict') return readBox(where, space);
  let end = 0;
  const parts: Record<string, ObservationPart> = {};
  for (const [name, part] of Object.entries(spaces as Json)) {
    const { observationSize, observationSpace } = readBox(where, part);
    if (observationSpace !== undefined)
      throw unsupported(where, 'observation', `a dict with images (${name})`);
    parts[name] = { start: end, end: end + observationSize };
    end += observationSize;
  }
  if (end === 0) throw unsupported(where, 'observation', 'an empty dict');
  return { observationSize: end, observationSpace: { kind: 'vector', parts } };
}

function readBox(where: string, space: unknown): Observations {
  const { kind, shape, dtype } = space as Json;
  if (kind !== 'box') throw unsupported(where, 'observation', describe(space));
  const [height, width, channels, ...more] = shape as number[];
  const observationSize = (shape as number[]).reduce((a, b) => a * b, 1);
  if (dtype !== 'uint8' || channels === undefined || more.length > 0) return { observationSize };
  return { observationSize, observationSpace: { kind: 'image', shape: [height!, width!, channels] } };
}

/** Reads an action space: a box with finite bounds, or one of several classes. @throws LamoError `unsupported-space` */
export function readActionSpace(where: string, space: unknown): Actions {
  const { kind, count, low, high } = space as Json;
  if (kind === 'discrete') {
    const actionSpace = { kind: 'discrete', count: count as number } as const;
    return { actionSize: 1, actionSpace, actionLow: [0], actionHigh: [actionSpace.count - 1] };
  }
  if (kind !== 'box') throw unsupported(where, 'action', describe(space));
  const bounds = [low as (number | null)[], high as (number | null)[]] as const;
  if (bounds.flat().includes(null)) throw unsupported(where, 'action', 'a box without finite bounds');
  return {
    actionSize: bounds[0].length,
    actionLow: bounds[0] as number[],
    actionHigh: bounds[1] as number[],
  };
}

function describe(space: unknown): string {
  const { kind, name } = space as Json;
  return typeof name === 'string' ? name : typeof kind === 'string' ? `a ${kind} space` : showValue(space);
}

function unsupported(where: string, what: 'observation' | 'action', received: string): LamoError {
  return new LamoError({
    where,
    code: 'unsupported-space',
    problem: `The ${what} space is of a kind that policies cannot be given`,
    expected:
      what === 'action' ? 'a Box with finite bounds, or Discrete' : 'a Box, or a Dict of Boxes of numbers',
    received,
    hint: `Wrap the environment in Python (gymnasium.wrappers), register the wrapped one, and name it by its module: my_module:MyEnvironment-v0.`,
  });
}
