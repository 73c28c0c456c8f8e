import type { PolicyDescription, PolicyOutputs } from '@lamo/algos';
import type { ColumnArray } from '@lamo/core';
import { z } from 'zod';
import { RequestError } from './request-error';

/** A number of an observation that is far from those that the policy learned from. */
export interface RangeWarning {
  /** The column's name, or its place from 0. */
  readonly column: string | number;
  /** What was received. */
  readonly received: number;
  /** The smallest number in training. */
  readonly low: number;
  /** The largest number in training. */
  readonly high: number;
}

/** What is answered to one observation. */
export interface Answer {
  /** [A] in the units of the data; or a class. */
  readonly action: readonly number[] | number;
  /** The numbers of the action by name, if they have names. */
  readonly named?: Readonly<Record<string, number>>;
  /** What the class is called, if it has a name. */
  readonly label?: string;
  /** [K] of every class. */
  readonly scores?: readonly number[];
  /** What is far from everything that the policy learned from: its action may mean nothing. */
  readonly warnings?: readonly RangeWarning[];
}

/** The schema of {@link Answer}. */
export const answerSchema = z.object({
  action: z.union([z.array(z.number()), z.int()]),
  named: z.record(z.string(), z.number()).optional(),
  label: z.string().optional(),
  scores: z.array(z.number()).optional(),
  warnings: z
    .array(
      z.object({
        column: z.union([z.string(), z.int()]),
        ...{ received: z.number(), low: z.number(), high: z.number() },
      }),
    )
    .optional(),
});

/** Says what a policy answers to an observation. */
export function answerOf(
  description: PolicyDescription,
  observation: ColumnArray,
  { actions, scores }: PolicyOutputs,
): Answer {
  const { space } = description.action;
  checkFinite(actions);
  const warnings = findOutside(description, observation);
  const more = warnings.length === 0 ? {} : { warnings };
  if (space?.kind === 'discrete') {
    const action = actions[0]!;
    const label = space.labels?.[action];
    return {
      action,
      ...(label !== undefined && { label }),
      ...(scores && { scores: numbers(scores) }),
      ...more,
    };
  }
  const action = numbers(actions);
  const names = space?.names;
  return {
    action,
    ...(names && { named: Object.fromEntries(names.map((name, i) => [name, action[i]!])) }),
    ...more,
  };
}

/** What was observed may be within bounds, and what follows from it beyond them. */
function checkFinite(actions: Float32Array): void {
  if (actions.every(Number.isFinite)) return;
  const problem = 'The policy has no action for that: what it makes of it is beyond what numbers hold';
  throw new RequestError(
    500,
    'not-finite',
    problem,
    [],
    'Send observations, rewards and returns as in training.',
  );
}

/** How far beyond what was seen, as a share of its width, a number is still near. */
const SLACK = 0.1;

/** Finds numbers that are far from those of the training. */
function findOutside(
  { observation: { columns, range } }: PolicyDescription,
  observation: ColumnArray,
): RangeWarning[] {
  if (range === undefined) return [];
  const found: RangeWarning[] = [];
  for (const [i, received] of observation.entries()) {
    const [low, high] = [range.low[i]!, range.high[i]!];
    const slack = SLACK * (high - low);
    if (received >= low - slack && received <= high + slack) continue;
    found.push({
      column: columns?.[i] ?? i,
      received: readable(received),
      low: readable(low),
      high: readable(high),
    });
  }
  return found;
}

/** 32-bit numbers as one would write them: seven digits tell them apart well enough. */
const readable = (value: number) => Number(value.toPrecision(7));

const numbers = (values: Float32Array) => Array.from(values, readable);
