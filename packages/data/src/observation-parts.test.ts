import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDataset, type DatasetInput } from './dataset';
import { selectEpisodes } from './episodes';
import { hashDataset } from './hash-dataset';
import { describeObservations, fitsObservations } from './observation-space';
import { readD4rl } from './read-d4rl';
import { writeD4rl } from './write-d4rl';

const folder = mkdtempSync(join(tmpdir(), 'lamo-parts-'));
const rows = [0, 1, 2, 3, 4, 5];
const parts = { goal: { start: 1, end: 3 }, task: { start: 3, end: 4 } };
const vectors = (extra: Partial<DatasetInput> = {}) =>
  createDataset({
    name: 'vectors',
    observations: rows.map((row) => [row, row + 1, row * row, row % 2]),
    observationSpace: { kind: 'vector', parts },
    actions: rows,
    rewards: rows,
    terminated: rows.map((row) => row === 2),
    truncated: rows.map((row) => row === 5),
    ...extra,
  });

describe('named parts of observations', () => {
  it('are kept in files, selections and descriptions', async () => {
    const path = join(folder, 'parts.hdf5');
    await writeD4rl(vectors(), path);
    const read = await readD4rl(path, { name: 'vectors' });
    expect(read).toEqual(vectors());
    expect(selectEpisodes(read, [0]).observationSpace).toEqual({ kind: 'vector', parts });
    expect(describeObservations(read)).toBe('4 numbers (goal in columns 1 to 2, task in column 3)');
    const other = { kind: 'vector', parts: { goal: { start: 0, end: 2 } } } as const;
    await expect(readD4rl(path, { observationSpace: other })).rejects.toThrow(
      /says itself what its observations are/,
    );
  });

  it('come back in the order of their columns, not of the alphabet', async () => {
    const path = join(folder, 'order.hdf5');
    const named = { z: { start: 0, end: 1 }, c: { start: 1, end: 2 }, a: { start: 2, end: 4 } };
    await writeD4rl(vectors({ observationSpace: { kind: 'vector', parts: named } }), path);
    const { observationSpace } = await readD4rl(path);
    expect(observationSpace?.kind === 'vector' && Object.keys(observationSpace.parts!)).toEqual([
      'z',
      'c',
      'a',
    ]);
  });

  it('can be declared of a file that does not say them', async () => {
    const path = join(folder, 'plain.hdf5');
    await writeD4rl(vectors({ observationSpace: undefined }), path);
    expect((await readD4rl(path)).observationSpace).toBeUndefined();
    const observationSpace = { kind: 'vector', parts } as const;
    expect((await readD4rl(path, { observationSpace })).observationSpace).toEqual(observationSpace);
  });

  it('may be categories, which files, hashes and environments keep apart', async () => {
    const weather = ['Regen', 'heiß & "trocken"'];
    const of = (categories: readonly string[]) =>
      vectors({
        observationSpace: { kind: 'vector', parts: { 'the weather': { start: 1, end: 3, categories } } },
        actions: rows.map((row) => row % 2),
        actionSpace: { kind: 'discrete', count: 2, labels: ['öffnen', 'close'] },
      });
    const path = join(folder, 'categories.hdf5');
    await writeD4rl(of(weather), path);
    expect(await readD4rl(path, { name: 'vectors' })).toEqual(of(weather));
    expect(describeObservations(of(weather))).toBe('4 numbers (the weather in columns 1 to 2)');
    const turned = of(weather.toReversed());
    expect(hashDataset(turned)).not.toBe(hashDataset(of(weather)));
    expect(fitsObservations(of(weather), turned)).toBe(false);
    expect(fitsObservations(of(weather), of(weather))).toBe(true);
  });

  it.each([
    ['too few', ['rain']],
    ['twice the same', ['rain', 'rain']],
    ['not texts', [1, 2]],
  ])('are refused with categories that are %s', (_, categories) => {
    const wrong = { weather: { start: 1, end: 3, categories: categories as string[] } };
    expect(() => vectors({ observationSpace: { kind: 'vector', parts: wrong } })).toThrow(
      /a different name for each of the columns of the category 'weather'/,
    );
  });

  it('change the hash, and nothing declared does not', () => {
    const plain = vectors({ observationSpace: undefined });
    expect(hashDataset(vectors())).not.toBe(hashDataset(plain));
    for (const observationSpace of [{ kind: 'vector' }, { kind: 'vector', parts: {} }] as const) {
      expect(vectors({ observationSpace })).toEqual(plain);
      expect(hashDataset(vectors({ observationSpace }))).toBe(hashDataset(plain));
    }
  });

  it.each([
    ['beyond the observation', { goal: { start: 3, end: 5 } }],
    ['without columns', { goal: { start: 2, end: 2 } }],
    ['from a half', { goal: { start: 0.5, end: 2 } }],
    ['that are not ranges', { goal: [0, 2] }],
    ['with a name that is a path', { 'a/b': { start: 0, end: 2 } }],
  ])('are refused %s', (_, wrong) => {
    expect(() => vectors({ observationSpace: { kind: 'vector', parts: wrong as never } })).toThrow(
      expect.objectContaining({ code: 'observation-space' }),
    );
  });

  it('fit those of an environment that names them in the same columns, or none', () => {
    const named = (parts: Record<string, { start: number; end: number }>) =>
      ({ observationSize: 4, observationSpace: { kind: 'vector', parts } }) as const;
    const learned = vectors();
    expect(fitsObservations(learned, { observationSize: 4 })).toBe(true);
    expect(fitsObservations(learned, { observationSize: 5 })).toBe(false);
    expect(fitsObservations({ observationSize: 4 }, named(parts))).toBe(true);
    expect(fitsObservations(learned, named({ ...parts, pose: { start: 0, end: 1 } }))).toBe(true);
    expect(fitsObservations(learned, named({ goal: parts.goal }))).toBe(false);
    expect(fitsObservations(learned, named({ ...parts, goal: { start: 0, end: 2 } }))).toBe(false);
  });
});
