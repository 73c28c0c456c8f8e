import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../../test/fixtures';
import { floats } from '../../../test/d4rl-case';
import { writeHdf5 } from '../../../test/write-hdf5';
import { readDataset } from '../../read-dataset';
import { episodeReturns } from '../../returns';

const folder = mkdtempSync(join(tmpdir(), 'lamo-minari-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Arrays = Parameters<typeof writeHdf5>[1];

const row = (...data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) });

/** Two rows, the second of which ends the episode in both ways. */
const EPISODE: Arrays = {
  observations: floats([3, 2]),
  actions: floats([2, 1]),
  rewards: row(1, 2),
  terminations: row(0, 1),
  truncations: row(0, 1),
};

const box = (size: number) => ({ type: 'Box', shape: [size], low: [], high: [] });

/** Writes a set; its metadata as Python does, with bare infinities. */
async function writeSet(
  name: string,
  episodes: Readonly<Record<string, Readonly<Record<string, Arrays[string] | undefined>>>>,
  spaces: { readonly observation_space?: object; readonly action_space?: object } = {},
): Promise<string> {
  const data = join(folder, name, 'data');
  mkdirSync(data, { recursive: true });
  const arrays = Object.entries(episodes).flatMap(([episode, changes]) =>
    Object.entries(changes)
      .filter((entry) => entry[1] !== undefined)
      .map(([key, array]) => [`${episode}/${key}`, array!] as const),
  );
  await writeHdf5(join(data, 'main_data.hdf5'), Object.fromEntries(arrays));
  const said = Object.entries(spaces).map(([key, space]) => [key, JSON.stringify(space)]);
  const metadata = {
    total_episodes: Object.keys(episodes).length,
    dataset_id: `a/${name}`,
    ...Object.fromEntries(said),
  };
  const text = JSON.stringify(metadata).replace(
    /}$/,
    ', "ref_min_score": -Infinity, "note": "Infinity, NaN"}',
  );
  writeFileSync(join(data, 'metadata.json'), text);
  return join(folder, name);
}

describe('readMinari', () => {
  it('warns of actions outside of the box that the set declares', async () => {
    const actions = { data: Float32Array.of(0.5, -1.2), shape: [2, 1] };
    const of = async (name: string, limits: object) => {
      const spaces = { action_space: { ...box(1), ...limits } };
      const path = await writeSet(name, { episode_0: { ...EPISODE, actions } }, spaces);
      return (await readDataset(path)).warnings?.map(({ code }) => code) ?? [];
    };
    expect(await of('box-v0', { low: [-1], high: [1] })).toEqual(['outside-declared-box']);
    expect(await of('wide-v0', { low: [-2], high: [2] })).toEqual([]);
    expect(await of('open-v0', { low: -Infinity, high: 1 })).toEqual([]);
    expect(await of('low-v0', { low: -1, high: Infinity })).toEqual(['outside-declared-box']);
  });

  it('knows what follows on each row, also on the last one, and keeps both flags of a row with its reward', async () => {
    const path = await writeSet('both-v0', { episode_0: EPISODE });
    const dataset = await readDataset(path);
    expect(dataset).toMatchObject({ name: 'both-v0', size: 2, observationSize: 2, actionSize: 1 });
    expect(Array.from(dataset.observations)).toEqual([0, 1, 2, 3]);
    expect(Array.from(dataset.nextObservations!)).toEqual([2, 3, 4, 5]);
    expect(Array.from(dataset.rewards)).toEqual([1, 2]);
    expect(Array.from(dataset.terminated)).toEqual([0, 1]);
    expect(Array.from(dataset.truncated)).toEqual([0, 1]);
    expect(dataset.warnings).toBeUndefined();
  });

  it('reads the folder, its data and its file alike, and gives the options that it can use their effect', async () => {
    const path = await writeSet('alike-v0', { episode_0: { ...EPISODE, 'infos/x': floats([3, 1]) } });
    const whole = await readDataset(path);
    expect(whole.infos).toEqual({ x: { width: 1, data: Float32Array.of(0, 1) } });
    expect(await readDataset(join(path, 'data'))).toEqual(whole);
    expect(await readDataset(join(path, 'data/main_data.hdf5'))).toEqual(whole);
    expect(await readDataset(path, { infos: false, name: 'other' })).toMatchObject({
      infos: {},
      name: 'other',
    });
    await expect(readDataset(path, { maxEpisodeSteps: 5 })).rejects.toMatchObject({
      code: 'option-not-used',
    });
  });

  it('orders episodes by their numbers, and ends one without flags where it is stored to end', async () => {
    const none = { ...EPISODE, terminations: row(0, 0), truncations: row(0, 0) };
    const changed = (reward: number) => ({ ...none, rewards: row(reward, 0) });
    const dataset = await readDataset(
      await writeSet('order-v0', { episode_10: changed(10), episode_2: changed(2), episode_0: changed(0) }),
    );
    expect(Array.from(episodeReturns(dataset))).toEqual([0, 2, 10]);
    expect(Array.from(dataset.truncated)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(Array.from(dataset.terminated)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('says that an episode has ends inside, and cuts it there', async () => {
    const dataset = await readDataset(
      await writeSet('inside-v0', { episode_0: { ...EPISODE, terminations: row(1, 1) } }),
    );
    expect(dataset.episodeEnds).toHaveLength(2);
    expect(dataset.warnings).toMatchObject([{ code: 'ends-inside' }]);
  });

  it('puts the parts of observations side by side in the order of the space, or as they are named', async () => {
    const { observations: _, ...rest } = EPISODE;
    const parts = { 'observations/goal': floats([3, 1]), 'observations/at': floats([3, 2]) };
    const observation_space = { type: 'Dict', subspaces: { goal: box(1), at: box(2) } };
    const path = await writeSet('parts-v0', { episode_0: { ...rest, ...parts } }, { observation_space });
    const dataset = await readDataset(path);
    expect(dataset.observationSpace).toEqual({
      kind: 'vector',
      parts: { goal: { start: 0, end: 1 }, at: { start: 1, end: 3 } },
    });
    expect(Array.from(dataset.observations)).toEqual([0, 0, 1, 1, 2, 3]);
    expect(Array.from(dataset.nextObservations!)).toEqual([1, 2, 3, 2, 4, 5]);
    expect(await readDataset(path, { observationParts: ['at'] })).toMatchObject({ observationSize: 2 });
    await expect(readDataset(path, { observationParts: ['gaol'] })).rejects.toThrow(/Did you mean `goal`/);
    // Without the space their order is that of their names.
    rmSync(join(path, 'data/metadata.json'));
    expect((await readDataset(path)).observationSpace).toMatchObject({ parts: { at: { start: 0, end: 2 } } });
  });

  it('makes classes begin at 0, whatever the space begins with', async () => {
    const action_space = { type: 'Discrete', dtype: 'int64', start: 5, n: 3 };
    const path = await writeSet(
      'classes-v0',
      { episode_0: { ...EPISODE, actions: row(7, 5) } },
      { action_space },
    );
    const dataset = await readDataset(path);
    expect(dataset.actionSpace).toEqual({ kind: 'discrete', count: 3 });
    expect(Array.from(dataset.actions)).toEqual([2, 0]);
    await expect(readDataset(path, { actionSpace: { kind: 'discrete', count: 4 } })).rejects.toMatchObject({
      code: 'action-space',
    });
    const wrong = await writeSet(
      'wrong-v0',
      { episode_0: { ...EPISODE, actions: row(8, 5) } },
      { action_space },
    );
    await expect(readDataset(wrong)).rejects.toMatchObject({ code: 'not-a-class' });
  });

  it.each([
    ['Text', { observation_space: { type: 'Text' } }, /observations .*received Text.*observationParts/],
    [
      'a Dict with Text',
      { observation_space: { type: 'Dict', subspaces: { a: { type: 'Text' } } } },
      /part `a`/,
    ],
    [
      'MultiDiscrete',
      { action_space: { type: 'MultiDiscrete', nvec: [2, 2] } },
      /actions .*Expected Box, or Discrete/,
    ],
  ])('refuses %s', async (_, spaces, message) => {
    await expect(readDataset(await writeSet('refused-v0', { episode_0: EPISODE }, spaces))).rejects.toThrow(
      message,
    );
  });

  it.each([
    ['length-mismatch', { observations: floats([5, 2]) }],
    ['length-mismatch', { rewards: row(1) }],
    ['shape-mismatch', { rewards: floats([2, 2]) }],
    ['missing-key', { terminations: undefined }],
    ['not-a-flag', { truncations: row(0, 2) }],
    ['not-finite', { rewards: row(0, Number.NaN) }],
  ])('refuses an episode with %s', async (code, changes) => {
    const path = await writeSet('broken-v0', { episode_0: { ...EPISODE, ...changes } });
    await expect(readDataset(path)).rejects.toMatchObject({ code });
  });

  it('names the episode that is not like the first, and warns of a set that is not whole', async () => {
    const other = { ...EPISODE, actions: floats([2, 3]) };
    await expect(
      readDataset(await writeSet('unlike-v0', { episode_0: EPISODE, episode_7: other })),
    ).rejects.toThrow(/episode_7 of .* is not like the first/);
    const path = await writeSet('partial-v0', { episode_0: EPISODE });
    writeFileSync(join(path, 'data/metadata.json'), '{"total_episodes": 2, "total_steps": 9}');
    expect((await readDataset(path)).warnings).toMatchObject([{ code: 'other-totals' }]);
  });
});

const expected = fixturePath('minari/expected.json');

describe.skipIf(expected === undefined)('the recorded set', () => {
  it.each(['hdf5', 'arrow'])('in %s has the returns and lengths that Minari says', async (layout) => {
    const card = JSON.parse(readFileSync(expected!, 'utf8'))[layout];
    const dataset = await readDataset(fixturePath(`minari/lamo/hopper-early-${layout}-v0`)!);
    expect(dataset.warnings).toBeUndefined();
    expect(Array.from(dataset.episodeEnds, (end, i) => end - (dataset.episodeEnds[i - 1] ?? 0))).toEqual(
      card.lengths,
    );
    // Rewards are rounded to 32 bits: 1e-7 of each.
    for (const [i, value] of episodeReturns(dataset).entries())
      expect(Math.abs(value / card.returns[i] - 1)).toBeLessThan(1e-7);
  });
});
