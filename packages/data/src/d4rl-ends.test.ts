import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flags, floats, ROWS as rows, writeCase } from '../test/d4rl-case';
import { writeHdf5 } from '../test/write-hdf5';
import { readD4rl } from './read-d4rl';
import { qlearningTransitions } from './transitions';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-ends-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileWith = (changes: Parameters<typeof writeCase>[1]) => writeCase(folder, changes);

describe('readD4rl', () => {
  it('cuts nowhere but at terminals if there are neither time-outs nor a step limit', async () => {
    const dataset = await readD4rl(await fileWith({ timeouts: undefined }));
    expect(dataset.truncated).toEqual(new Uint8Array(rows));
    expect(dataset.episodeEnds).toEqual(Uint32Array.of(2, 5));
  });

  it('ignores time-outs of a stream that continues', async () => {
    const dataset = await readD4rl(await fileWith({}), { continuing: true });
    expect(dataset.episodeEnds).toEqual(Uint32Array.of(2, 5));
  });

  it('cuts every episode where it has the limit of steps, and nowhere else', async () => {
    const path = join(folder, 'exact.hdf5');
    // Lengths of episodes, and whether each reached the limit or was terminated; the limit may fall on a terminated row.
    const limit = 4;
    const episode = fc.record({ length: fc.integer({ min: 1, max: limit }), isCut: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(episode, { minLength: 1, maxLength: 8 }), async (drawn) => {
        const episodes = drawn.map(({ length, isCut }) => ({ length: isCut ? limit : length, isCut }));
        const ends = episodes.map((_, i) =>
          episodes.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0),
        );
        const size = ends.at(-1)!;
        const terminals = new Float32Array(size);
        for (const [i, { isCut }] of episodes.entries()) if (!isCut) terminals[ends[i]! - 1] = 1;
        await writeHdf5(path, {
          ...{ observations: floats([size, 1]), actions: floats([size, 1]), rewards: floats([size]) },
          terminals: { shape: [size], data: terminals },
        });
        const { episodeEnds, truncated, terminated } = await readD4rl(path, { maxEpisodeSteps: limit });
        expect(Array.from(episodeEnds)).toEqual(ends);
        expect(Array.from(terminated)).toEqual(Array.from(terminals));
        for (const [i, { isCut }] of episodes.entries()) expect(truncated[ends[i]! - 1]).toBe(isCut ? 1 : 0);
        expect(truncated.reduce((sum, flag) => sum + flag, 0)).toBe(
          episodes.filter(({ isCut }) => isCut).length,
        );
      }),
      { numRuns: 50 },
    );
  });

  it("drops the rows that D4RL's step counter would drop if there are no time-outs, where that is asked for", async () => {
    const path = join(folder, 'no-timeouts.hdf5');
    const cases = fc.tuple(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([terminals, maxEpisodeSteps]) => {
        const size = terminals.length;
        await writeHdf5(path, {
          observations: floats([size, 1]),
          actions: floats([size, 1]),
          rewards: floats([size]),
          terminals: flags(...terminals.map(Number)),
        });
        const dataset = await readD4rl(path, { maxEpisodeSteps, stepCounting: 'd4rl' });
        expect(Array.from(qlearningTransitions(dataset).rows)).toEqual(
          literalRows(terminals, maxEpisodeSteps),
        );
      }),
      { numRuns: 50 },
    );
  });
});

/** Rows that the loop of D4RL's `qlearning_dataset` keeps of a file without `timeouts`. */
function literalRows(terminals: boolean[], maxEpisodeSteps: number): number[] {
  const kept: number[] = [];
  let episodeStep = 0;
  for (let i = 0; i < terminals.length - 1; i++) {
    const final = episodeStep === maxEpisodeSteps - 1;
    if (final) {
      episodeStep = 0;
      continue;
    }
    if (terminals[i]) episodeStep = 0;
    kept.push(i);
    episodeStep += 1;
  }
  return kept;
}

describe('the warnings of readD4rl about ends', () => {
  const codes = async (path: string, options = {}) =>
    ((await readD4rl(path, options)).warnings ?? []).map(({ code }) => code);

  it('warns that a file has no timeouts, until it is told what that means', async () => {
    const path = await fileWith({ timeouts: undefined });
    const [warning] = (await readD4rl(path)).warnings!;
    expect(warning!.code).toBe('no-timeouts');
    expect(warning!.message).toContain('--max-episode-steps');
    expect(await codes(path, { maxEpisodeSteps: 2 })).toEqual([]);
    expect(await codes(path, { continuing: true })).toEqual([]);
    for (const stepCounting of ['D4RL', 'toString', 1]) {
      await expect(readD4rl(path, { stepCounting } as object)).rejects.toMatchObject({
        ...{ code: 'out-of-range', expected: 'exact or d4rl' },
        problem: expect.stringContaining('`stepCounting`'),
      });
    }
    await expect(readD4rl(path, { maxEpisodeSteps: 0 })).rejects.toMatchObject({ code: 'out-of-range' });
  });

  it.each(['done', 'dones', 'truncations', 'is_last', 'episode_ends'])(
    'warns that %s marks ends which are not read',
    async (name) => {
      const path = await fileWith({ timeouts: undefined, [name]: flags(0, 1, 1, 0, 1) });
      const [warning] = (await readD4rl(path)).warnings!;
      expect(warning!.code).toBe('ends-not-read');
      expect(warning!.message).toContain(`\`${name}\``);
      expect(warning!.message).toContain('marks 2 of 5 rows');
      expect(await codes(path, { continuing: true })).toEqual([]);
    },
  );

  it('says nothing of another name that marks no other ends', async () => {
    expect(await codes(await fileWith({ dones: flags(0, 1, 0, 1, 0) }))).toEqual([]);
  });

  it('warns of a time limit that is not used, as the file has timeouts', async () => {
    expect(await codes(await fileWith({}), { maxEpisodeSteps: 2 })).toEqual(['limit-not-used']);
  });

  it('warns of a limit, or a way to count, that nothing comes of', async () => {
    const counted = { maxEpisodeSteps: 2, stepCounting: 'd4rl' };
    const withTimeouts = await fileWith({});
    expect(await codes(withTimeouts, counted)).toEqual(['limit-not-used']);
    expect(await codes(withTimeouts, { stepCounting: 'exact' })).toEqual(['counting-not-used']);
    const without = await fileWith({ timeouts: undefined });
    expect(await codes(without, { stepCounting: 'd4rl' })).toEqual(['counting-not-used', 'no-timeouts']);
    expect(await codes(without, { ...counted, continuing: true })).toEqual(['limit-not-used']);
    expect(await codes(without, counted)).toEqual([]);
  });
});
