import { readFileSync } from 'node:fs';
import { episodeReturns } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { findEnvironment } from '../find-environment';
import { mean } from '../statistics/statistics';
import { findCollector } from './collectors';

const collect = (level: string, rows: number, seed = 0, id = 'hopper-v4') =>
  findCollector(findEnvironment(id), level).collect(findEnvironment(id), {
    rows,
    seed,
    noise: true,
  });

/** What the card of a policy says that it earns. */
const cardOf = (level: string, robot = 'hopper') =>
  JSON.parse(readFileSync(new URL(`../../snapshots/${robot}/${level}.json`, import.meta.url), 'utf8'))
    .return as {
    readonly mean: number;
    readonly standardDeviation: number;
  };

describe('policies of robots that come with the package', () => {
  it.each([
    ['hopper', 'medium', 6000],
    ['hopper', 'expert', 6000],
    ['halfcheetah', 'medium', 2000],
    ['halfcheetah', 'expert', 8000],
  ])('earn what their card says: %s, %s', async (robot, level, rows) => {
    const dataset = await collect(level, rows, 0, `${robot}-v4`);
    const finished = episodeReturns(dataset).slice(0, dataset.lastEpisodeFinished ? undefined : -1);
    const { mean: said, standardDeviation } = cardOf(level, robot);
    // Three standard errors: another robot or another policy is further off.
    const slack = (3 * standardDeviation) / Math.sqrt(finished.length);
    expect(Math.abs(mean([...finished]) - said)).toBeLessThan(slack);
  });

  it.each(['hopper', 'halfcheetah'])('earn more, the longer they were trained: %s', (robot) => {
    expect(cardOf('expert', robot).mean).toBeGreaterThan(1.5 * cardOf('medium', robot).mean);
  });

  it('are named by the hashes of their files, also where two of them play', () => {
    const { snapshots = [] } = findCollector(findEnvironment('hopper-v4'), 'medium-expert');
    expect(snapshots.map(({ level }) => level)).toEqual(['medium', 'expert']);
    const hashes = snapshots.map((snapshot) => snapshot.hash());
    expect(new Set(hashes).size).toBe(2);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(snapshots[0]!.card().return).toEqual(cardOf('medium'));
    expect(findCollector(findEnvironment('hopper-v4'), 'random').snapshots).toEqual([]);
  });

  it('make the same data twice', async () => {
    const [one, same, other] = await Promise.all([
      collect('medium', 300),
      collect('medium', 300),
      collect('medium', 300, 1),
    ]);
    expect(same).toEqual(one);
    expect(other.actions).not.toEqual(one.actions);
  });

  it('share the rows of medium-expert, whose first part ends with a finished episode', async () => {
    const dataset = await collect('medium-expert', 3000);
    const first = await collect('medium', 1500);
    expect(dataset.size).toBe(3000);
    const cut = first.episodeEnds.at(first.lastEpisodeFinished ? -1 : -2)!;
    expect(dataset.episodeEnds).toContain(cut);
    expect(dataset.observations.subarray(0, cut * 11)).toEqual(first.observations.subarray(0, cut * 11));
  });
});
