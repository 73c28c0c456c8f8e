import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeD4rl } from '@lamo/data';
import { collectMaze, findEnvironment } from '@lamo/eval';
import { afterAll, describe, expect, it } from 'vitest';
import { isSame } from './check-recipe';
import { findSource } from './find-source';
import { readRecipe, readSetOf } from './read-recipe';
import { RECIPE_SEAL, sealOf } from './recipe-set';

const folder = mkdtempSync(join(tmpdir(), 'lamo-recipe-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a recipe', () => {
  it('of the guide has sets that can be collected', async () => {
    const guide = readFileSync(new URL('../../../../docs/guide/collect.md', import.meta.url), 'utf8');
    const path = join(folder, 'guide.json');
    writeFileSync(path, /```json\n(.*?)```/s.exec(guide)![1]!);
    const sets = await readRecipe(path);
    expect(sets.map(({ policy }) => policy)).toEqual(['expert', 'medium', 'medium-replay']);
    for (const set of sets) {
      const { name } = await findSource(findEnvironment(set.environment), set);
      expect(name).toBe(set.policy);
    }
  });

  it('is not in a file that says nothing, and damaged in one that says something else', async () => {
    const dataset = await collectMaze({ maze: 'umaze', rows: 5 });
    const [silent, odd] = ['silent.hdf5', 'odd.hdf5'].map((name) => join(folder, name)) as [string, string];
    await writeD4rl(dataset, silent);
    const recipe = 'flour, butter, sugar';
    await writeD4rl(dataset, odd, { metadata: { recipe, [RECIPE_SEAL]: sealOf(recipe) } });
    expect(await readSetOf(silent)).toBeUndefined();
    await expect(readRecipe(silent)).rejects.toMatchObject({ code: 'no-recipe' });
    await expect(readRecipe(odd)).rejects.toThrow('`metadata/recipe` of');
  });
});

describe('the recipe in a file', () => {
  it('is refused if it was changed after the rows were written, or its seal was', async () => {
    const dataset = await collectMaze({ maze: 'umaze', rows: 5 });
    const recipe = JSON.stringify({ environment: 'maze2d-umaze-v1', rows: 5, seed: 0 });
    const edited = recipe.replace('"seed":0', '"seed":1');
    const path = join(folder, 'sealed.hdf5');
    const write = (metadata: Record<string, string>) => writeD4rl(dataset, path, { metadata });
    await write({ recipe, [RECIPE_SEAL]: sealOf(recipe) });
    expect(await readSetOf(path)).toMatchObject({ seed: 0 });
    await write({ recipe: edited, [RECIPE_SEAL]: sealOf(recipe) });
    await expect(readSetOf(path)).rejects.toMatchObject({ code: 'changed-recipe' });
    await write({ recipe: edited });
    await expect(readRecipe(path)).rejects.toMatchObject({ code: 'changed-recipe' });
  });
});

describe('a recipe with a run that is gone', () => {
  const hopper = findEnvironment('hopper-v4');
  const files = { gone: '0'.repeat(64) };

  it.each(['policy', 'replay'])('is refused with what to do, where it was its %s', async (kind) => {
    const failure = findSource(hopper, { [kind]: 'gone', files });
    await expect(failure).rejects.toMatchObject({
      code: 'missing-run',
      expected: join(process.cwd(), 'gone'),
      hint: expect.stringContaining('collect from the folder in which the recipe was made'),
    });
  });

  it('is told that runs play, too, where it does not say that it was one', async () => {
    await expect(findSource(hopper, { policy: 'gone' })).rejects.toThrow(
      /no collector 'gone'\. Expected .*medium.*, or a run that is there/,
    );
  });
});

describe('a set that is no recipe', () => {
  it.each([
    ['{"environment": "hopper", "rows": 0}', '`rows` is not valid. Expected more than 0, received 0.'],
    ['[{"environment": "hopper", "rows": 0}]', '`[0].rows` is not valid. Expected more than 0, received 0.'],
    ['5', 'is not a recipe. Expected an object, received 5.'],
  ])('is refused with what stands there: %s', async (text, message) => {
    const path = join(folder, 'edited.json');
    writeFileSync(path, text);
    await expect(readRecipe(path)).rejects.toThrow(message);
  });
});

describe('a collected set', () => {
  const collected = { environment: 'hopper-v4', policy: 'medium', rows: 10, seed: 0, noise: true, batch: 1 };

  it('is the one that is asked for if all that is said of that is true of it', () => {
    for (const wanted of [collected, { ...collected, file: 'x.hdf5' }])
      expect(isSame(collected, wanted, {})).toBe(true);
    const others = [
      { environment: 'hopper-v5' },
      { policy: 'expert' },
      { rows: 11 },
      { seed: 1 },
      { replay: 'runs/sac' },
    ];
    for (const other of [...others, { noise: false }, { batch: 2 }, { sha256: '0'.repeat(64) }])
      expect(isSame(collected, { ...collected, ...other }, {})).toBe(false);
  });

  it('recognises a finished file as the requested set if all rows there were fit within the limit', () => {
    const { policy: _, ...made } = collected;
    const files = { run: '1'.repeat(64) };
    const whole = { ...made, replay: 'run', files, whole: true };
    const cut = { ...whole, whole: false };
    for (const rows of [10, 11, undefined])
      expect(isSame(whole, { ...made, replay: 'run', rows }, files), `${rows} rows`).toBe(true);
    expect(isSame(whole, { ...made, replay: 'run', rows: 9 }, files)).toBe(false);
    expect(isSame(cut, { ...made, replay: 'run' }, files)).toBe(true);
    for (const rows of [11, undefined])
      expect(isSame(cut, { ...made, replay: 'run', rows }, files), `${rows} rows`).toBe(false);
    // The run has gone on: there are more rows by now.
    expect(isSame(whole, { ...made, replay: 'run', rows: 11 }, { run: '2'.repeat(64) })).toBe(false);
  });
});
