import { readdirSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Environment, EnvironmentSpec } from '@lamo/core';
import { classCount } from '@lamo/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorsOf } from './collect/collectors';
import type { EnvironmentEntry } from './define-environment';
import { type Episode, evaluate } from './evaluate';
import { createEnvironment, environments, findEnvironment } from './find-environment';
import { isMujocoEnvironment } from './mujoco/mujoco-environment';
import { randomPolicy } from './policies/random-policy';
import * as registry from './registry';
import { hasReferenceReturns, normalisedScore } from './scores';

describe('the registry', () => {
  it('has a line for every file of an environment', async () => {
    const folder = new URL('environments/', import.meta.url);
    const files = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
    const families = await Promise.all(files.map((file) => import(new URL(file, folder).href)));
    const registered: readonly unknown[] = Object.values(registry);
    for (const [i, family] of families.entries()) {
      expect(
        Object.values(family).some((made) => registered.includes(made)),
        files[i],
      ).toBe(true);
    }
    expect(registered).toHaveLength(files.length);
  });

  it('has each environment once', () => {
    expect(environments.size).toBe(Object.values(registry).flat().length);
  });

  it('reads Gymnasium spellings', () => {
    expect(findEnvironment('HalfCheetah-v4').spec.id).toBe('halfcheetah-v4');
  });

  it('has one version that each name means', () => {
    for (const { name } of environments.values()) {
      const versions = [...environments.values()].filter((entry) => entry.name === name);
      const named = versions.filter(({ defaultVersion }) => defaultVersion);
      expect(versions.length === 1 || named.length === 1, name).toBe(true);
      expect(findEnvironment(name)).toBe(named[0] ?? versions[0]);
    }
  });

  it('takes the version of D4RL’s data where none is named', () => {
    expect(findEnvironment('Hopper').spec.id).toBe('hopper-v4');
    expect(findEnvironment('maze2d-umaze').spec.id).toBe('maze2d-umaze-v1');
    expect(findEnvironment('reacher2d').spec.id).toBe('reacher2d-v1');
    expect(normalisedScore('hopper', 3234.3)).toBe(normalisedScore('hopper-v4', 3234.3));
  });

  it('names what is near an unknown one', async () => {
    await expect(createEnvironment('hoper-v4')).rejects.toThrow('Did you mean "hopper-v4"?');
    expect(() => findEnvironment('Hopper-v2')).toThrow('Did you mean "hopper-v4" or "hopper-v5"?');
    expect(() => findEnvironment('hopper-medium-v2')).toThrow('Did you mean "hopper"?');
    expect(() => findEnvironment('cheetah')).toThrow('Did you mean "halfcheetah"?');
    expect(() => findEnvironment('kitchen')).toThrow(
      /"kitchen" is the beginning of 3 environments.*Did you mean "kitchen-complete", "kitchen-partial" or "kitchen-mixed"\?/,
    );
    expect(() => findEnvironment('maze2d')).toThrow(/"maze2d-open", .* or one of \d+ more\?/);
    await expect(createEnvironment('constructor')).rejects.toThrow('There is no environment "constructor"');
  });
});

it('D4RL’s collector belongs to the newest version of each of its tasks', () => {
  const withCollector = [...environments.values()].filter(({ collectors }) =>
    collectors.some(({ name }) => name === 'waypoint'),
  );
  const tasks = [...environments.values()].filter(({ maze }) => maze !== undefined);
  for (const { spec, name, version } of tasks) {
    const newest = Math.max(...tasks.filter((task) => task.name === name).map((task) => task.version!));
    expect(
      withCollector.some((entry) => entry.spec.id === spec.id),
      spec.id,
    ).toBe(version === newest);
  }
  expect(withCollector.length).toBeGreaterThan(0);
});

describe.each([...environments.values()])('the entry of $spec.id', (entry) => {
  const { spec, maze, score } = entry;
  const classes = classCount(spec);

  // One for all tests, each of which resets it: building the model of a large maze takes a second.
  let environment: Environment;
  beforeAll(async () => {
    environment = await entry.open();
  });
  afterAll(() => environment.dispose());

  // An episode of the kitchen takes seconds: one serves two tests.
  let first: Promise<Played> | undefined;
  const played = () => {
    first ??= playAtRandom(spec);
    return first;
  };

  it('says of it what it says and does once it is started', () => {
    expect(environment.spec).toEqual(spec);
    const first = Array.from(environment.reset(5));
    expect(first).toHaveLength(spec.observationSize);
    expect(Array.from(environment.reset(6))).not.toEqual(first);
    expect(Array.from(environment.reset(5))).toEqual(first);
    expect(environment.step(new Float64Array(spec.actionSize)).observation).toHaveLength(
      spec.observationSize,
    );
    const started = environment;
    if (isMujocoEnvironment(started) && maze !== undefined) {
      started.reset(5);
      const { freeCells } = maze.layout;
      const isAt = ([x, y]: readonly [number, number]) =>
        Math.abs(started.qpos[0]! - x) <= 0.1 && Math.abs(started.qpos[1]! - y) <= 0.1;
      expect(freeCells.some(isAt)).toBe(true);
      expect(Array.from(started.reset(5).subarray(0, 2))).toEqual(Array.from(started.qpos));
    }
  });

  it.runIf(classes !== undefined)('refuses what is not a class', () => {
    environment.reset(7);
    for (const action of [[-1], [classes!], [0.5], [Number.NaN], [0, 0], []])
      expect(() => environment.step(action)).toThrow(expect.objectContaining({ code: 'not-a-class' }));
  });

  it.skipIf(classes !== undefined)('has the bounds that it clips actions to', () => {
    const after = (action: number[]) => {
      environment.reset(7);
      return [...environment.step(action).observation];
    };
    let felt = 0;
    for (let i = 0; i < spec.actionSize; i++) {
      const act = (value: number) =>
        Array.from({ length: spec.actionSize }, (_, at) => (at === i ? value : 0));
      const { low, high } = boundsOf(entry, i);
      expect(after(act(high * 3))).toEqual(after(act(high)));
      expect(after(act(low * 3))).toEqual(after(act(low)));
      const isFelt = (bound: number) => !isDeepStrictEqual(after(act(bound / 2)), after(act(bound)));
      felt += Number(isFelt(high) && isFelt(low));
    }
    // Not by every component: a finger is open or closed before its action is at the bound.
    expect(felt).toBeGreaterThan(spec.actionSize / 2);
  });

  it('is enough to evaluate it, from seeds, and to score that', async () => {
    expect(await playAtRandom(spec)).toEqual(await played());
    expect(hasReferenceReturns(spec.id)).toBe(score !== undefined);
    if (score !== undefined) expect(normalisedScore(spec.id, score.expert)).toBeCloseTo(100, 9);
  });

  it('has the limit that episodes are cut at, unless they end before', async () => {
    const { length, terminated } = await played();
    if (!terminated) return expect(length).toBe(spec.maxEpisodeSteps);
    // Doing nothing may last longer.
    environment.reset(3);
    let steps = 1;
    const still = new Float64Array(spec.actionSize);
    let result = environment.step(still);
    for (; !result.terminated && !result.truncated; steps++) result = environment.step(still);
    expect(result.truncated ? steps : 0).toBe(result.terminated ? 0 : spec.maxEpisodeSteps);
  });

  it('names who makes data in it', async () => {
    const collectors = collectorsOf(entry);
    expect(new Set(collectors.map(({ name }) => name)).size).toBe(collectors.length);
    for (const collector of collectors) {
      const dataset = await collector.collect(entry, { rows: 30, seed: 1, noise: true });
      expect(dataset.name).toBe(spec.id);
      expect(dataset.actionSpace).toEqual(spec.actionSpace);
      expect([dataset.size, dataset.observationSize, dataset.actionSize]).toEqual([
        30,
        spec.observationSize,
        spec.actionSize,
      ]);
    }
  });
});

type Played = Pick<Episode, 'return' | 'length' | 'terminated'>;

/** An episode of random actions, from a seed. */
async function playAtRandom(spec: EnvironmentSpec): Promise<Played> {
  for await (const episode of evaluate(randomPolicy(spec), spec.id, { episodes: 1, seed: 5 })) {
    const { length, terminated } = episode;
    return { return: episode.return, length, terminated };
  }
  throw new Error('No episode was played');
}

function boundsOf({ spec }: EnvironmentEntry, component: number): { low: number; high: number } {
  const at = (bound: number | readonly number[]) => (typeof bound === 'number' ? bound : bound[component]!);
  return { low: at(spec.actionLow), high: at(spec.actionHigh) };
}
