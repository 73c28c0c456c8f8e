import { describe, expect, it } from 'vitest';
import { SequenceMemory } from './sequence-memory';

const spec = { observationSize: 2, actionSize: 1 };
const config = { contextLength: 3, maxTimesteps: 3, rewards: 'logged' } as const;

/** Plays steps in two episodes side by side: observations 10 t + episode, actions t, rewards 1 and 2. */
function play(steps: number, given: Partial<Record<keyof typeof config, unknown>> = {}): SequenceMemory {
  const memory = new SequenceMemory(spec, { ...config, ...given } as never, [10, 20]);
  for (let t = 0; t < steps; t++) {
    memory.observe(Float32Array.of(10 * t, 1, 10 * t, 2), Float32Array.of(1, 2));
    if (t < steps - 1) memory.remember(Float32Array.of(t + 1, -t - 1));
  }
  return memory;
}

describe('the memory of a sequence policy', () => {
  it('fills windows from the right, and masks what was before the beginning', () => {
    const { arrays } = play(2);
    expect([...arrays.mask]).toEqual([0, 1, 1, 0, 1, 1]);
    expect([...arrays.observations]).toEqual([0, 0, 0, 1, 10, 1, 0, 0, 0, 2, 10, 2]);
  });

  it('forgets what is older than its windows', () => {
    const { arrays } = play(5);
    expect([...arrays.observations]).toEqual([20, 1, 30, 1, 40, 1, 20, 2, 30, 2, 40, 2]);
    expect([...arrays.mask]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('knows past actions, and none yet for the newest step', () => {
    expect([...play(3).arrays.previousActions]).toEqual([1, 2, 0, -1, -2, 0]);
  });

  it('asks for what is left of the target after each reward', () => {
    expect([...play(3).arrays.returnsToGo]).toEqual([10, 9, 8, 20, 18, 16]);
  });

  it('keeps asking for the whole target where rewards are delayed', () => {
    expect([...play(3, { rewards: 'delayed' }).arrays.returnsToGo]).toEqual([10, 10, 10, 20, 20, 20]);
  });

  it('counts time up to the last row of the table', () => {
    expect([...play(5).arrays.timesteps]).toEqual([2, 2, 2, 2, 2, 2]);
    expect([...play(2).arrays.timesteps]).toEqual([0, 0, 1, 0, 0, 1]);
  });
});
