import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionSpace } from '@lamo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeActions, hasSameActions, oneHotActions } from './action-space';
import { createDataset, type DatasetInput } from './dataset';
import { describeDataset } from './describe-dataset';
import { selectEpisodes } from './episodes';
import { hashDataset } from './hash-dataset';
import { readD4rl } from './read-d4rl';
import { splitBySteps } from './split-by-steps';
import { writeD4rl } from './write-d4rl';

const three: ActionSpace = { kind: 'discrete', count: 3 };

/** Two episodes whose actions are classes. */
const choices = (changed: Partial<DatasetInput> = {}) =>
  createDataset({
    name: 'choices',
    observations: [0, 1, 2, 3],
    actions: [2, 0, 1, 2],
    rewards: [1, 2, 3, 4],
    terminated: [0, 1, 0, 1],
    actionSpace: three,
    ...changed,
  });

describe('a dataset of classes', () => {
  it('has one column with the number of the class, flat or nested', () => {
    expect(choices()).toMatchObject({ actionSize: 1, actionSpace: three });
    expect(choices({ actions: [[2], [0], [1], [2]] })).toEqual(choices());
    expect(choices().actions).toEqual(Float32Array.of(2, 0, 1, 2));
    expect(describeDataset(choices()).actionSpace).toEqual(three);
    expect(describeActions(choices())).toBe('3 classes');
  });

  it.each([
    ['a class too many', [2, 0, 3, 1], 2, '3'],
    ['a negative one', [2, -1, 0, 1], 1, '-1'],
    ['an amount', [0.5, 0, 1, 1], 0, '0.5'],
  ])('refuses %s and names its row', (_, actions, row, received) => {
    expect(() => choices({ actions })).toThrow(
      expect.objectContaining({
        code: 'not-a-class',
        message: expect.stringMatching(`in row ${row}`),
        expected: 'a whole number from 0 to 2',
        received,
      }),
    );
  });

  it('may name its classes, which then are part of what it is', () => {
    const named = (...labels: string[]) => choices({ actionSpace: { ...three, labels } });
    expect(describeActions(named('stay', 'left', 'right'))).toBe('3 classes (stay, left, right)');
    expect(hashDataset(named('stay', 'left', 'right'))).not.toBe(hashDataset(named('stay', 'right', 'left')));
    expect(hasSameActions(named('stay', 'left', 'right'), named('stay', 'right', 'left'))).toBe(false);
    expect(hasSameActions(named('stay', 'left', 'right'), choices())).toBe(true);
    for (const labels of [['stay', 'left'], ['stay', 'stay', 'left'], ['stay', '', 'left'], 'abc' as never])
      expect(() => choices({ actionSpace: { ...three, labels } })).toThrow(/3 different names/);
  });

  it('refuses a column for each class, and spaces that say nothing', () => {
    const oneHot = [2, 0, 1, 2].map((chosen) => [0, 1, 2].map((column) => Number(column === chosen)));
    expect(() => choices({ actions: oneHot })).toThrow(expect.objectContaining({ code: 'wrong-width' }));
    const wrong = [
      { kind: 'discrete' },
      { kind: 'discrete', count: 1 },
      { kind: 'classes', count: 3 },
      3,
      null,
    ];
    for (const actionSpace of wrong as ActionSpace[])
      expect(() => choices({ actionSpace })).toThrow(expect.objectContaining({ code: 'action-space' }));
  });

  it('has another hash than the same numbers as amounts, or of more classes', () => {
    const amounts = createDataset({ ...choices(), actionSpace: { kind: 'box' } });
    expect(amounts).not.toHaveProperty('actionSpace');
    const all = [choices(), choices({ actionSpace: { kind: 'discrete', count: 4 } }), amounts];
    expect(new Set(all.map(hashDataset)).size).toBe(3);
  });

  it('keeps its space where rows are selected and cut', () => {
    expect(selectEpisodes(choices(), [1])).toMatchObject({ actionSpace: three, size: 2 });
    expect(splitBySteps(choices(), 2).actionSpace).toEqual(three);
  });

  it('becomes one with a column for each class for networks', () => {
    const { actions, actionSize, actionSpace } = oneHotActions(choices());
    expect([...actions]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect({ actionSize, actionSpace }).toEqual({ actionSize: 3, actionSpace: undefined });
    const amounts = createDataset({ ...choices(), actionSpace: undefined });
    expect(oneHotActions(amounts)).toBe(amounts);
  });
});

describe('a file of classes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lamo-classes-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says how many there are, and is read back', async () => {
    const path = join(folder, 'choices.hdf5');
    await writeD4rl(choices(), path, { metadata: { collector: 'somebody' } });
    expect(await readD4rl(path)).toEqual(choices());
    expect(await readD4rl(path, { actionSpace: three })).toEqual(choices());
    await expect(readD4rl(path, { actionSpace: { kind: 'discrete', count: 4 } })).rejects.toMatchObject({
      code: 'action-space',
      expected: '3 classes',
      received: '4 classes',
    });
    await expect(readD4rl(path, { actionSpace: { kind: 'box' } })).rejects.toMatchObject({
      code: 'action-space',
    });
  });

  it('may leave that to who reads it', async () => {
    const path = join(folder, 'amounts.hdf5');
    await writeD4rl(createDataset({ ...choices(), actionSpace: undefined }), path);
    expect((await readD4rl(path)).actionSpace).toBeUndefined();
    expect(await readD4rl(path, { actionSpace: three, name: 'choices' })).toEqual(choices());
    await expect(readD4rl(path, { actionSpace: { kind: 'discrete', count: 2 } })).rejects.toMatchObject({
      code: 'not-a-class',
    });
  });
});
