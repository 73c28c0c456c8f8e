import type { Environment, EnvironmentSpec } from '@lamo/core';
import { expect, it } from 'vitest';
import type { Collector } from './collect/collector';
import { defineEnvironment, type EnvironmentDefinition } from './define-environment';
import { evaluate } from './evaluate';
import { createEnvironment } from './find-environment';
import { isMujocoEnvironment } from './mujoco/mujoco-environment';

/** A point on a line. */
const line: EnvironmentDefinition = {
  name: 'line',
  version: 2,
  spec: { observationSize: 1, actionSize: 1, actionLow: -1, actionHigh: 1, maxEpisodeSteps: 3 },
  open: openLine,
};

function openLine(spec: EnvironmentSpec): Environment {
  let steps = 0;
  const observation = Float64Array.of(0);
  return {
    spec,
    reset() {
      steps = 0;
      observation[0] = 0;
      return observation;
    },
    step(action) {
      steps += 1;
      observation[0]! += action[0]!;
      return { observation, reward: observation[0]!, terminated: false, truncated: steps === 3 };
    },
    dispose() {},
  };
}

it('makes an id of name and version', () => {
  expect(defineEnvironment(line).spec).toEqual({ id: 'line-v2', ...line.spec });
  const { version: _, ...unversioned } = line;
  expect(defineEnvironment(unversioned).spec.id).toBe('line');
});

it('gives what can be evaluated without being registered', async () => {
  const policy = {
    reset() {},
    act: async (observations: Float32Array) => new Float32Array(observations.length).fill(0.5),
  };
  const episodes = [];
  for await (const episode of evaluate(policy, defineEnvironment(line), { episodes: 2 }))
    episodes.push(episode);
  expect(episodes.map((episode) => episode.return)).toEqual([3, 3]);
  expect(isMujocoEnvironment(await defineEnvironment(line).open())).toBe(false);
});

it.each([
  ['Line', 2, '"Line", version 2'],
  ['line-', 2, '"line-", version 2'],
  ['../line', 2, '"../line", version 2'],
  ['line', 1.5, '"line", version 1.5'],
  ['line', -1, '"line", version -1'],
])('refuses the name %s with version %s, which could not be looked up', (name, version, received) => {
  expect(() => defineEnvironment({ ...line, name, version })).toThrow(`received ${received}`);
});

it.each([
  [{ random: 5, expert: 5 }, 'random 5, expert 5'],
  [{ random: Number.NaN, expert: 5 }, 'random NaN, expert 5'],
])('refuses reference returns that give no scale: %j', (returns, received) => {
  const score = { ...returns, source: 'nobody' };
  expect(() => defineEnvironment({ ...line, score })).toThrow(`received ${received}`);
});

it('refuses two collectors of one name, of which one would never be found', () => {
  const named = (name: string): Collector => ({ name, description: '', collect: () => Promise.reject() });
  const define = (...names: string[]) => defineEnvironment({ ...line, collectors: names.map(named) });
  expect(define('one', 'two').collectors).toHaveLength(2);
  expect(() => define('one', 'one')).toThrow("Two collectors are called 'one'");
  expect(() => define('random')).toThrow("Two collectors are called 'random'");
});

it('checks the spec at once, and names the environment', () => {
  const spec = { ...line.spec, actionLow: 2 };
  expect(() => defineEnvironment({ ...line, spec })).toThrow(/eval\/line-v2.*actionLow of component 0/);
});

it('refuses an environment that says something else than its entry', async () => {
  const open = (spec: EnvironmentSpec) => openLine({ ...spec, maxEpisodeSteps: 4 });
  await expect(defineEnvironment({ ...line, open }).open()).rejects.toThrow('differs from its entry');
});

it('refuses options that an environment does not offer, and values that they do not have', async () => {
  await expect(createEnvironment('maze2d-umaze-v1', { inertia: 'legacy' })).rejects.toThrow(
    'maze2d-umaze-v1 has no inertia to choose',
  );
  await expect(createEnvironment('hopper-v4', { inertia: 'legcy' as 'legacy' })).rejects.toThrow(
    'Expected one of exact, legacy, received inertia: "legcy"',
  );
  await expect(createEnvironment('hopper-v4', { toString: 1 } as object)).rejects.toThrow(
    'has no toString to choose',
  );
});
