import { describe, expect, it } from 'vitest';
import { evaluateTasks } from './evaluate-tasks';
import { findTaskSet } from './find-task-set';

const set = findTaskSet('swirl');

/** Does nothing, and notes what it sees at the start. */
function still() {
  const starts: number[][] = [];
  let actions = new Float32Array(0);
  let isNew = false;
  return {
    starts,
    reset(batch: number) {
      actions = new Float32Array(2 * batch);
      isNew = true;
    },
    async act(seen: Float32Array | Uint8Array) {
      const size = (2 * seen.length) / actions.length;
      for (let i = 0; isNew && i < seen.length; i += size) starts.push([...seen.subarray(i, i + size)]);
      isNew = false;
      return actions;
    },
  };
}

describe('evaluateTasks', () => {
  it('starts a task in the same places for equal seeds, whatever else is evaluated and however many at once', async () => {
    const [all, one, other] = [still(), still(), still()];
    const tasks = [set.tasks[5]!];
    await evaluateTasks(all, set, { episodes: 3, seed: 4 });
    await evaluateTasks(one, set, { episodes: 3, seed: 4, tasks, batch: 1 });
    await evaluateTasks(other, set, { episodes: 3, seed: 5, tasks });
    expect(one.starts).toEqual(all.starts.slice(15, 18));
    expect(new Set(all.starts.map(([x, y]) => `${x}, ${y}`)).size).toBe(24);
    expect(other.starts).not.toEqual(one.starts);
  });

  it('tells each task', async () => {
    const policy = still();
    await evaluateTasks(policy, set, { episodes: 1 });
    expect(policy.starts.map((seen) => seen.slice(2))).toEqual(
      set.tasks.map(({ code }) => code.map(Math.fround)),
    );
  });

  it('gives a return and a success for each start, in their order', async () => {
    const results = await evaluateTasks(still(), set, { episodes: 100, seed: 1, batch: 30 });
    expect(results.map(({ task }) => task)).toEqual(set.tasks);
    for (const { returns, successes } of results) {
      expect(returns.length).toBe(100);
      // The current alone leads away from the goal: whoever succeeds has started there, and is there after one step, at a distance below 0.15.
      for (const [i, value] of returns.entries()) expect(successes![i]).toBe(value > -0.15);
    }
    expect(results.flatMap(({ successes }) => successes!)).toContain(true);
    expect(await evaluateTasks(still(), set, { episodes: 100, seed: 1, batch: 1 })).toEqual(results);
  });

  it('gives no successes where tasks have none', async () => {
    const { tasks } = findTaskSet('integrator');
    const results = await evaluateTasks(still(), findTaskSet('integrator'), { episodes: 2 });
    expect(results.map(({ task }) => task)).toEqual(tasks);
    for (const result of results) {
      expect('successes' in result).toBe(false);
      for (const value of result.returns) expect(value).toBeCloseTo(-5, 12);
    }
  });

  it('refuses a number of episodes that is none', async () => {
    for (const episodes of [0, 1.5, Number.POSITIVE_INFINITY])
      await expect(evaluateTasks(still(), set, { episodes })).rejects.toThrow('`episodes` must be');
  });
});
