import type { ActionBounds, Dataset } from '@lamo/core';
import { expect } from 'vitest';
import type { Check } from './check';
import { expectNear, hasSameState } from './compare';
import { playToy } from './play-toy';
import { expectSameFromOnnx, onnxOf, withLoaded } from './policy-checks';
import { type Subject, WHOLE } from './subject';

/** Ranges to which every float goes and from which it comes back without rounding. */
const EXACT: ActionBounds = { low: [-4, -0.5], high: [4, 0.5] };
/** A heater's kilowatts, and a valve that is never quite shut. */
const RAW: ActionBounds = { low: [0, 10], high: [3, 30] };

/** Share of a range by which 15 steps may amplify the rounding of the data's actions. */
const AMPLIFIED = 0.01;

/** What an algorithm must do with actions outside of −1 to 1. */
export const actionChecks = {
  'trains the same in other units of actions, and acts in them': async (subject) => {
    if (!takesBounds(subject)) return;
    const whole = await subject.whole();
    const { checkpoint, actions } = await trainIn(subject, EXACT);
    const isSame = hasSameState(checkpoint.state, whole.checkpoint.state);
    expect(isSame, 'Actions between other bounds gave another training: use those of batches').toBe(true);
    const because =
      'The policy does not act in the units of the data: use feedForwardPolicy, or spec.actionBounds';
    expectNear(actions.flat(), whole.actions.flat().map(toUnits(EXACT)), because);
  },

  'keeps to the bounds of its actions, in its ONNX file too': async (subject) => {
    if (!takesBounds(subject)) return;
    const whole = await subject.whole();
    const { checkpoint, actions } = await trainIn(subject, RAW);
    const expected = whole.actions.flat().map(toUnits(RAW));
    for (const [i, action] of actions.flat().entries()) {
      const [low, high] = [RAW.low[i % 2]!, RAW.high[i % 2]!];
      expect(action, `an action below ${low}`).toBeGreaterThanOrEqual(low);
      expect(action, `an action above ${high}`).toBeLessThanOrEqual(high);
      const distance = Math.abs(action - expected[i]!) / (high - low);
      expect(distance, `${action} instead of ${expected[i]}`).toBeLessThan(AMPLIFIED);
    }
    const file = await onnxOf(subject, checkpoint);
    await withLoaded(subject, checkpoint, (policy) => expectSameFromOnnx(policy, file));
  },
} as const satisfies Readonly<Record<string, Check>>;

/** An algorithm of one's own may go without these settings, and then trains on actions between −1 and 1 only. */
function takesBounds({ algorithm }: Subject): boolean {
  return 'actionLow' in algorithm.config.shape;
}

/** Trains on the same data in other units. */
async function trainIn(subject: Subject, { low, high }: ActionBounds) {
  const { dataset } = subject;
  const actions = dataset.actions.map((action, i) => toUnits({ low, high })(action, i));
  const inUnits: Dataset = { ...dataset, actions };
  const config = { ...subject.options.config, actionLow: low, actionHigh: high };
  const { checkpoint } = await subject.record({ steps: WHOLE, config }, inUnits);
  return { checkpoint, actions: await withLoaded(subject, checkpoint, (policy) => playToy(policy)) };
}

/** Turns actions between −1 and 1, of two components in turn, into those between bounds. */
const toUnits =
  ({ low, high }: ActionBounds) =>
  (action: number, i: number): number => {
    const [least, most] = [low[i % 2]!, high[i % 2]!];
    return Math.min(most, Math.max(least, least + ((action + 1) / 2) * (most - least)));
  };
