import { describe, expect, it } from 'vitest';
import { findTaskSet } from './find-task-set';
import { toldTask } from './told-task';

const integrator = findTaskSet('integrator');
const open = () => integrator.open(integrator.tasks[0]!);

describe('toldTask', () => {
  it('shows the code behind the columns that are kept, at every step', async () => {
    const told = toldTask(await open(), { code: [7, 8, 9] });
    expect(told.spec.observationSize).toBe(7);
    expect(told.spec.observationSpace).toEqual({
      kind: 'vector',
      parts: { goal: { start: 2, end: 4 }, task: { start: 4, end: 7 } },
    });
    expect([...told.reset(1)]).toEqual([0, 0, 1, 0, 7, 8, 9]);
    expect([...told.step([0.5, -0.25]).observation]).toEqual([0.5, -0.25, 1, 0, 7, 8, 9]);
  });

  it('leaves out columns that tell something else', async () => {
    const told = toldTask(await open(), { code: [7] }, { part: 'goal', columns: 2 });
    expect(told.spec.observationSpace).toEqual({ kind: 'vector', parts: { goal: { start: 2, end: 3 } } });
    expect([...told.reset(1)]).toEqual([0, 0, 7]);
  });

  it('refuses a name that there is already, and images', async () => {
    const world = await open();
    expect(() => toldTask(world, { code: [1] }, { part: 'goal' })).toThrow(
      /part 'goal' already.*goal in columns 2 to 3/,
    );
    const image = { kind: 'image', shape: [2, 2, 1] } as const;
    const shown = { ...world, spec: { ...world.spec, observationSpace: image } };
    expect(() => toldTask(shown, { code: [1] })).toThrow(/cannot follow observations that are images/);
  });
});
