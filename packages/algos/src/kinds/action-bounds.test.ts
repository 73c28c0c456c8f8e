import { createDataset } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { algorithmsOnAmounts } from '../../test/on-amounts';
import { train } from '../engine/train';
import { resolveActionBounds, scaleActions } from './action-bounds';

/** A log with the given actions, [N][A]. */
const log = (actions: readonly (readonly number[])[]) =>
  createDataset({
    name: 'log',
    observations: actions.map((_, i) => [i]),
    actions,
    rewards: actions.map(() => 0),
    terminated: actions.map(() => false),
    truncated: actions.map((_, i) => i === actions.length - 1),
  });

const kilowatts = log([
  [0, 0.5],
  [3, -0.5],
  [1.5, 0],
]);

describe('actions that a policy could not choose', () => {
  it.each(algorithmsOnAmounts)(
    'are refused by $name, with their column, range and the way out',
    async (algorithm) => {
      await expect(train(algorithm, kilowatts, { steps: 1 })).rejects.toThrow(
        /are outside the range of the policy\. Expected -1 to 1 in column 0, received 0 to 3 in column 0\. Set actionLow and actionHigh/,
      );
    },
  );

  it('are refused also where bounds are given that they leave', () => {
    const bounds = { actionLow: [0, -1], actionHigh: [2, 1] };
    expect(() => resolveActionBounds(kilowatts, bounds)).toThrow(
      /Expected 0 to 2 in column 0, received 0 to 3/,
    );
  });

  it('may be class numbers, and then there is a way to train on them', () => {
    const classes = log([[0], [2], [1], [4]]);
    expect(() => resolveActionBounds(classes, {})).toThrow(
      /If these whole numbers are classes.*--action-classes\. If they are ids.*--encode 'NAME=category'/,
    );
    expect(() => resolveActionBounds(kilowatts, {})).not.toThrow(/classes/);
  });

  it('are none where only decimals or 32-bit floats were rounded', () => {
    expect(resolveActionBounds(log([[1.00001], [-1.00001]]), {})).toBe(null);
    expect(resolveActionBounds(log([[3.4]]), { actionLow: 0, actionHigh: 3.4 })).toEqual({
      low: [0],
      high: [3.4],
    });
  });
});

describe('the bounds of actions', () => {
  it('are −1 and 1 unless something else is said, and then data are left as they are', () => {
    const usual = log([[0.3], [-0.2]]);
    expect(resolveActionBounds(usual, {})).toBe(null);
    expect(resolveActionBounds(usual, { actionLow: -1, actionHigh: [1] })).toBe(null);
    expect(scaleActions(usual, null)).toBe(usual);
  });

  it('are given for all components or for each, taken from the data, or both', () => {
    expect(resolveActionBounds(kilowatts, { actionLow: -1, actionHigh: [3, 1] })).toEqual({
      low: [-1, -1],
      high: [3, 1],
    });
    expect(resolveActionBounds(kilowatts, { actionBounds: 'data' })).toEqual({
      low: [0, -0.5],
      high: [3, 0.5],
    });
    expect(resolveActionBounds(kilowatts, { actionBounds: 'data', actionHigh: 4 })).toEqual({
      low: [0, -0.5],
      high: [4, 4],
    });
  });

  it('scale actions to between −1 and 1, and a component that never changes to 0', () => {
    const constant = log([
      [0, 7],
      [3, 7],
    ]);
    const bounds = resolveActionBounds(constant, { actionBounds: 'data' });
    expect([...scaleActions(constant, bounds).actions]).toEqual([-1, 0, 1, 0]);
    expect([...constant.actions]).toEqual([0, 7, 3, 7]);
  });

  it.each([
    [
      { actionLow: [0, 0, 0], actionHigh: 3 },
      /'actionLow' does not fit the actions.*one number, or 2.*received 3/,
    ],
    [{ actionLow: 3, actionHigh: 3 }, /range of actions in column 0 is empty.*received 3 and 3/],
    [{ actionHigh: -2 }, /range of actions in column 0 is empty/],
    [{ actionHigh: Number.NaN }, /empty/],
  ])('are refused as %o', (config, message) => {
    expect(() => resolveActionBounds(kilowatts, config)).toThrow(message);
  });
});
