import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import { actionDrawer } from './action-drawer';

const draws = (spec: Parameters<typeof actionDrawer>[0], component: number) => {
  const draw = actionDrawer(spec, Rng.fromSeed(3));
  return Array.from({ length: 400 }, () => draw(component));
};

it('draws each component from its own range', () => {
  const spec = { actionSize: 2, actionLow: [-1, 5], actionHigh: [1, 6] };
  for (const [component, low] of [
    [0, -1],
    [1, 5],
  ] as const) {
    const drawn = draws(spec, component);
    const high = spec.actionHigh[component]!;
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(high);
    // Of 400 draws one is in the lowest, and one in the highest, twentieth: missed with a chance of 1e-9.
    expect(Math.min(...drawn)).toBeLessThan(low + (high - low) / 20);
    expect(Math.max(...drawn)).toBeGreaterThan(high - (high - low) / 20);
  }
});

it('draws classes', () => {
  const spec = {
    actionSize: 1,
    actionLow: 0,
    actionHigh: 2,
    actionSpace: { kind: 'discrete', count: 3 } as const,
  };
  expect(new Set(draws(spec, 0))).toEqual(new Set([0, 1, 2]));
});
