import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { mean } from '../../statistics/statistics';
import { demonstrate } from '../demonstrate';
import { evaluateTasks } from '../evaluate-tasks';
import { findTaskSet } from '../find-task-set';
import type { TaskSet } from '../task-set';

const integrator = findTaskSet('integrator');

/** Goes half the way that is left: what the expert does, but for its noise. */
const exact = {
  reset() {},
  async act(seen: Float32Array | Uint8Array) {
    return Float32Array.from({ length: seen.length / 2 }, (_, i) => {
      const [slot, axis] = [4 * Math.floor(i / 2), i % 2];
      return 0.5 * (seen[slot + 2 + axis]! - seen[slot + axis]!);
    });
  },
};

describe('integrator', () => {
  it('pays minus the distance after each step: 1/2 + 1/4 + … + 1/32 for whoever goes half the way', async () => {
    for (const { returns } of await evaluateTasks(exact, integrator, { episodes: 2 })) {
      // Actions are 32-bit.
      for (const value of returns) expect(value).toBeCloseTo(-0.96875, 6);
    }
  });

  it('is judged on directions all around, or on half of them, of which any may be drawn', () => {
    const half = findTaskSet('integrator-half');
    const degrees = (set: TaskSet) => set.tasks.map(({ name }) => Number.parseFloat(name));
    expect(degrees(integrator)).toEqual([0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330]);
    expect(degrees(half)).toEqual([0, 30, 60, 90, 120, 150]);
    expect(half.draw!(Rng.fromSeed(4))).toEqual(integrator.draw!(Rng.fromSeed(4)));
  });

  it('is shown by an expert that goes half the way, with noise of 0.05', async () => {
    const task = integrator.tasks[2]!;
    const { observations, actions, size } = await demonstrate(integrator, task, { episodes: 200 });
    expect(size).toBe(1000);
    const halves = await exact.act(observations as Float32Array);
    const off = Array.from(actions, (action, i) => action - halves[i]!);
    // Of 2000 draws: standard errors 0.0011 and 0.0008.
    expect(Math.abs(mean(off))).toBeLessThan(0.005);
    expect(Math.abs(Math.sqrt(mean(off.map((value) => value * value))) - 0.05)).toBeLessThan(0.004);
  });

  it('draws goals all around the unit circle, and tells them', async () => {
    const rng = Rng.fromSeed(1);
    const tasks = Array.from({ length: 400 }, () => integrator.draw!(rng));
    const quarters = [0, 0, 0, 0];
    for (const { name, code } of tasks) {
      expect(Math.hypot(...code)).toBeCloseTo(1, 12);
      const angle = (Number.parseFloat(name) * Math.PI) / 180;
      // Names have three digits after the point.
      expect(code).toBeAllClose([Math.cos(angle), Math.sin(angle)], { absolute: 1e-5 });
      quarters[Math.floor(Number.parseFloat(name) / 90)]! += 1;
    }
    // 100 each, with a standard deviation of 8.7.
    for (const count of quarters) expect(Math.abs(count - 100)).toBeLessThan(40);
    const { observations } = await demonstrate(integrator, tasks[0]!);
    expect([...observations.subarray(-2)]).toEqual(tasks[0]!.code.map(Math.fround));
  });
});
