import { createDataset, type DatasetInput } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { observationPart } from './observation-part';
import { fitTaskScaler, joinTask, taskDatasetKind } from './task-observations';

const tasks = [2, 0, 1, 2];
const dataset = (extra: Partial<DatasetInput> = {}) =>
  createDataset({
    name: 'tasks',
    observations: [1, 2, 3, 4],
    actions: [0, 0, 0, 1],
    rewards: [0, 0, 0, 0],
    terminated: [false, true, false, true],
    nextObservations: [2, 9, 4, 9],
    infos: {
      task: { width: 1, data: Int32Array.from(tasks) },
      goal: { width: 2, data: Float64Array.from(tasks.flatMap((task) => [task / 2, 0 - task])) },
    },
    ...extra,
  });
const classes = { task: 'task', taskClasses: 3 };
const vector = { task: 'goal', taskClasses: null };

describe('observations with their task', () => {
  it('have a column for each task, or the columns of a vector, behind what was observed', () => {
    const one = joinTask(dataset(), classes);
    expect(one.observations).toEqual(Float32Array.of(1, 0, 0, 1, 2, 1, 0, 0, 3, 0, 1, 0, 4, 0, 0, 1));
    expect(one.nextObservations!.slice(4, 8)).toEqual(Float32Array.of(9, 1, 0, 0));
    expect(one).toMatchObject({
      observationSize: 4,
      observationSpace: { parts: { task: { start: 1, end: 4 } } },
    });
    const two = joinTask(dataset(), vector);
    expect(two.observations).toEqual(Float32Array.of(1, 1, -2, 2, 0, 0, 3, 0.5, -1, 4, 1, -2));
  });

  it('name the part so that a checkpoint can say it, and take no name that is taken', () => {
    const infos = { 'task id.1': { width: 1, data: Int32Array.from(tasks) } };
    const given = dataset({ infos });
    const { spec } = taskDatasetKind.prepare(given, { task: 'task id.1', taskClasses: 3 });
    expect(spec.observationSpace).toEqual({ kind: 'vector', parts: { 'task-id-1': { start: 1, end: 4 } } });
    expect(taskDatasetKind.saved.parse(spec).observationSpace).toEqual(spec.observationSpace);
    const taken = dataset({
      infos,
      observationSpace: { kind: 'vector', parts: { 'task-id-1': { start: 0, end: 1 } } },
    });
    expect(() => joinTask(taken, { task: 'task id.1', taskClasses: 3 })).toThrow(
      /the observations have other columns of the name 'task-id-1'/,
    );
  });

  it('are as they are where they have that part already, or no task is said', () => {
    const own = dataset({ observationSpace: { kind: 'vector', parts: { task: { start: 0, end: 1 } } } });
    expect(joinTask(own, { task: 'task', taskClasses: null })).toBe(own);
    expect(joinTask(own, { task: null, taskClasses: null })).toBe(own);
    expect(joinTask(own, vector).observationSpace).toEqual({
      kind: 'vector',
      parts: { task: { start: 0, end: 1 }, goal: { start: 1, end: 3 } },
    });
  });

  it('say their sizes as a training has them', () => {
    const config = { ...classes, normaliseObservations: true };
    const { observationRange, ...spec } = taskDatasetKind.prepare(dataset(), config).spec;
    expect(spec.observationSize).toBe(4);
    expect(observationRange!.high).toHaveLength(4);
    expect(taskDatasetKind.sizes(dataset(), config)).toEqual({ observationSize: 4, actionSize: 1 });
    expect(taskDatasetKind.spec(dataset(), config)).toEqual(spec);
  });

  it('are standardised but for the columns of tasks', () => {
    const joined = joinTask(dataset(), classes);
    const { mean, standardDeviation } = fitTaskScaler(joined, { ...classes, normaliseObservations: true });
    expect([...mean.data]).toEqual([2.5, 0, 0, 0]);
    expect([...standardDeviation.data]).toBeAllClose([Math.sqrt(1.25) + 1e-3, 1, 1, 1], { absolute: 1e-6 });
    const all = fitTaskScaler(joinTask(dataset(), vector), { ...vector, normaliseObservations: true });
    expect(all.mean.data[1]).toBeCloseTo(0.625, 6);
  });

  it.each([
    [
      'a column that does not exist',
      { task: 'tasks', taskClasses: null },
      /no `infos\/tasks`.*Did you mean `infos\/task`/,
    ],
    [
      'numbers that are not a task',
      { task: 'task', taskClasses: 2 },
      /infos\/task of `tasks`.*in row 0.*0 to 1.*received 2/,
    ],
    ['vectors as numbers of tasks', { task: 'goal', taskClasses: 3 }, /infos\/goal has 2 numbers/],
    [
      'how many tasks without which',
      { task: null, taskClasses: 3 },
      /'taskClasses' does not fit the data: no task is said/,
    ],
  ])('are refused with %s', (_, config, message) => {
    expect(() => joinTask(dataset(), config)).toThrow(message);
  });

  it('are warned of where no task is said, or where numbers may be tasks', () => {
    const codes = (config: { task: string | null; taskClasses: number | null }) =>
      taskDatasetKind.prepare(dataset(), config).warnings.map(({ code }) => code);
    expect(codes({ task: null, taskClasses: null })).toContain('no-task');
    expect(codes({ task: 'task', taskClasses: null })).toContain('whole-number-tasks');
    expect(codes(classes)).not.toContain('whole-number-tasks');
    expect(codes(vector)).not.toContain('whole-number-tasks');
  });
});

describe('observationPart', () => {
  beforeAll(() => openDevice('tfjs-cpu'));
  const spec = { observationSpace: { kind: 'vector', parts: { goal: { start: 1, end: 3 } } } } as const;

  it('reads the columns of a part, of a batch and of windows', () => {
    expect([
      ...observationPart(
        spec,
        tf.tensor2d([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        'goal',
      ).dataSync(),
    ]).toEqual([2, 3, 5, 6]);
    const windows = observationPart(
      spec,
      tf.tensor3d([
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ]),
      'goal',
    );
    expect([windows.shape, [...windows.dataSync()]]).toEqual([
      [1, 2, 2],
      [2, 3, 5, 6],
    ]);
  });

  it('names the parts that there are', () => {
    expect(() => observationPart(spec, tf.zeros([1, 3]), 'goals')).toThrow(
      /no part 'goals'.*Expected goal.*Did you mean 'goal'/,
    );
    expect(() => observationPart({}, tf.zeros([1, 3]), 'goal')).toThrow(/observationSpace/);
  });
});
