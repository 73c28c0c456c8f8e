import { fileURLToPath } from 'node:url';
import type { Policy } from '@lamo/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { gymnasiumPath } from '../../../../test/fixtures';
import { openPhysical } from '../../test/open-physical';
import { collectDataset } from '../collect/collect-dataset';
import { episodeSeed, evaluate } from '../evaluate';
import {
  createEnvironment,
  findEnvironment,
  lookUpEnvironment,
  prepareEnvironment,
} from '../find-environment';
import { randomPolicy } from '../policies/random-policy';
import { entryOfProcess, gymnasiumEnvironment } from './gymnasium-environment';
import { gymnasiumId } from './named-python';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

const script = fileURLToPath(new URL('../../test/protocol-host.mjs', import.meta.url));
const open = (fault = 'none', timeout = 60) =>
  entryOfProcess('remote', { command: process.execPath, args: [script, fault], timeout });

async function play(fault: string, timeout?: number) {
  const entry = await open(fault, timeout);
  const policy: Policy = {
    reset() {},
    act: async (seen) => new Float32Array((seen.length / 3) * 2).fill(0.5),
  };
  const all = [];
  for await (const episode of evaluate(policy, entry, { episodes: 2, record: true })) all.push(episode);
  return all;
}

describe('an environment in another process', () => {
  it('says what it is, and is played as any other', async () => {
    const { spec } = await open();
    expect(spec).toEqual({
      id: 'remote',
      observationSize: 3,
      observationSpace: {
        kind: 'vector',
        parts: { goal: { start: 0, end: 1 }, place: { start: 1, end: 3 } },
      },
      actionSize: 2,
      actionLow: [-1, -2],
      actionHigh: [1, 2],
      maxEpisodeSteps: 5,
    });
    const episodes = await play('none');
    const first = [episodeSeed(0, 0) % 10, 0, 0];
    const rest = [1, 2, 3, 4, 5].flatMap((step) => [0.5, 0.5, step]);
    expect(Array.from(episodes[0]!.trajectory!.observations)).toEqual([...first, ...rest]);
    expect(episodes.map(({ length, terminated }) => [length, terminated])).toEqual(Array(2).fill([5, false]));
    expect(episodes[0]!.return).toBeCloseTo(0.5, 12);
  });

  it('may show images, and have classes for actions', async () => {
    const entry = await open('image');
    expect(entry.spec).toMatchObject({
      observationSpace: { kind: 'image', shape: [2, 2, 1] },
      actionHigh: [2],
    });
    const dataset = await collectDataset(randomPolicy(entry.spec), entry, { rows: 5 });
    expect(Array.from(dataset.observations.subarray(0, 4))).toEqual([0, 1, 2, 255]);
    expect(dataset.nextObservations![3]).toBe(dataset.actions[0]);
  });

  it.each([
    ['throws', 'gymnasium-failed', 'Received ValueError: joint'],
    ['dies', 'process-ended', 'Received exit code 9: MemoryError: no'],
    ['babbles', 'bad-answer', 'received Segmentation fault'],
    ['shortens', 'length-mismatch', 'Expected 3 numbers (spec.observationSize), received an array of 1'],
    ['blanks', 'bad-answer', '"observation":[null,0,0]'],
    ['unknown', 'unknown-environment', 'Received No registered env'],
    ['no-gymnasium', 'gymnasium-unavailable', 'pip install gymnasium'],
    ['tuple', 'unsupported-space', 'received Tuple(Discrete(2), Box(1,))'],
    ['nested', 'unsupported-space', 'received a dict space'],
    ['unbounded', 'unsupported-space', 'received a box without finite bounds'],
    ['endless', 'no-time-limit', 'kwargs: { max_episode_steps: 1000 }'],
  ])('that %s is refused', async (fault, code, message) => {
    const error = await play(fault).catch((reason) => reason);
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ code });
  });

  it('has nothing to choose when it is opened, and refuses what is chosen nevertheless', async () => {
    const entry = await open();
    await expect(entry.open({ inertia: 'legacy' })).rejects.toMatchObject({ code: 'unknown-option' });
  });

  it('that hangs is given up', async () => {
    // Long enough for the process to start on a busy machine.
    const error = await play('hangs', 5).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'no-answer', expected: 'an answer within 5 s' });
  });

  it('is refused without its program, and with a time-out that is none', async () => {
    const message = 'no-such-python cannot be started';
    await expect(gymnasiumEnvironment('Hopper-v5', { python: 'no-such-python' })).rejects.toThrow(message);
    await expect(gymnasiumEnvironment('Hopper-v5', { timeout: 0 })).rejects.toThrow('a number above 0');
  });
});

describe('an environment of Gymnasium that is named', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is found once Python was asked, and only where it was said which Python', async () => {
    const name = 'gymnasium:Named-v0';
    expect(() => findEnvironment(name)).toThrow(`prepareEnvironment('${name}') before`);
    vi.stubEnv('LAMO_PYTHON', '');
    await expect(createEnvironment(name)).rejects.toMatchObject({ code: 'no-python' });
    vi.stubEnv('LAMO_PYTHON', 'no-such-python');
    await expect(createEnvironment(name)).rejects.toMatchObject({ code: 'process-missing' });
    expect(lookUpEnvironment(name)).toBeUndefined();
  });

  it('keeps its capitals, and is told from names that only begin alike', () => {
    expect(gymnasiumId('gymnasium:ale_py:ALE/Pong-v5')).toBe('ale_py:ALE/Pong-v5');
    expect(gymnasiumId('Gymnasium:Pendulum-v1')).toBe('Pendulum-v1');
    for (const other of ['gymnasium:', 'gymnasium', 'Hopper-v5']) expect(gymnasiumId(other)).toBeUndefined();
  });

  it('that there is elsewhere is asked for as any other', async () => {
    expect(await prepareEnvironment('Hopper-v4')).toBe(findEnvironment('hopper-v4'));
    await expect(prepareEnvironment('hoper')).rejects.toMatchObject({ code: 'unknown-environment' });
  });
});

const python = gymnasiumPath();

describe.skipIf(python === undefined)(
  'Gymnasium (LAMO_TEST_GYMNASIUM names a Python with gymnasium[mujoco])',
  () => {
    const options = { python: python! };

    it('plays Hopper as lamo’s own does', async () => {
      const entry = await gymnasiumEnvironment('Hopper-v5', { ...options, kwargs: { reset_noise_scale: 0 } });
      const ours = await openPhysical('hopper-v5');
      const { id: _, ...sizes } = ours.spec;
      expect(entry.spec).toMatchObject({ ...sizes, actionLow: [-1, -1, -1], actionHigh: [1, 1, 1] });
      const theirs = await entry.open();
      try {
        // Without noise, it starts upright and at rest.
        expect(theirs.reset(3)).toBeAllClose(ours.setState([0, 1.25, 0, 0, 0, 0], Array(6).fill(0)), {
          absolute: 0,
        });
        for (let step = 0; step < 20; step++) {
          const action = [0.1 * Math.sin(step), 0.05, -0.1];
          const [a, b] = [theirs.step(action), ours.step(action)];
          // Rounding of another build of MuJoCo, and 32-bit actions there.
          expect(a.observation).toBeAllClose(b.observation, { absolute: 1e-6 });
          expect(a.reward).toBeCloseTo(b.reward, 5);
          expect([a.terminated, a.truncated]).toEqual([false, false]);
        }
      } finally {
        theirs.dispose();
        ours.dispose();
      }
    });

    it('plays classes, repeats a seed, and refuses what it does not have', async () => {
      const entry = await gymnasiumEnvironment('CartPole-v1', options);
      const run = () => collectDataset(randomPolicy(entry.spec), entry, { rows: 60, batch: 2 });
      expect(await run()).toEqual(await run());
      await expect(gymnasiumEnvironment('Hoper-v5', options)).rejects.toThrow(
        'Gymnasium has no such environment',
      );
      await expect(gymnasiumEnvironment('FrozenLake-v1', options)).rejects.toThrow(
        'received a discrete space',
      );
      const misspelt = gymnasiumEnvironment('Hopper-v5', { ...options, kwargs: { reset_nois: 0 } });
      await expect(misspelt).rejects.toThrow('reset_nois');
    });
  },
);
