import { Rng } from '@lamo/core';
import { allocateBatch, transitionSampler, transitions } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { meanReturn, pointEnvironment } from '../../test/point-environment';
import { settingsOf } from '../../test/small-config';
import { loggedPoint, numbersOf, quick, short, trainPoint } from '../../test/train-point';
import { train } from '../engine/train';
import { bc, cql, iql, rebrac, sac, td3Bc } from '../registry';
import { actingSettings, createExperience, type ExperienceOptions } from './experience';
import { ExperienceSource } from './experience-source';
import { online } from './online';
import { Player, uniformPolicy } from './player';

const device = await openDevice('cpu', { threads: 1 });
const box = pointEnvironment().spec;
const load = async () => {};

describe('an algorithm that learns by acting', () => {
  it('learns a task of which it has seen nothing', async () => {
    const { run, experience, metrics } = await trainPoint(sac, { steps: 600, seed: 1 });
    const policy = (await run.result()) as never as Parameters<typeof meanReturn>[0];
    // Random pulls have −14, staying put −6; a policy whose critics have the wrong sign ends below −20.
    expect(await meanReturn(policy)).toBeGreaterThan(-1.5);
    expect(experience.replay.size).toBe(64 + 38 * 16);
    const returns = metrics.flatMap(({ episodeReturn = [] }) => episodeReturn);
    expect(returns.at(-1)).toBeGreaterThan(returns[0]!);
    await run.dispose();
  });

  it('learns with actions that are classes', async () => {
    const experience = createExperience({ environment: pointEnvironment('classes'), ...short });
    const config = { ...quick, entropyShare: 0.3 };
    const run = await train(sac, experience, { steps: 600, seed: 1, device, every: 8, config });
    for await (const _ of run);
    const policy = await run.result();
    // Random pulls have −13, staying put −6, and the best choices about −0.6.
    expect(await meanReturn(policy, 'classes')).toBeGreaterThan(-2);
    await run.dispose();
  });

  it('starts every episode elsewhere', async () => {
    const { run, experience } = await trainPoint(sac, { steps: 16 });
    const { observations, episodeEnds } = experience.replay.dataset();
    const starts = [0, ...episodeEnds.slice(0, -1)].map((row) => observations[row]);
    expect(starts.length).toBeGreaterThan(8);
    expect(new Set(starts).size).toBe(starts.length);
    await run.dispose();
  });

  it('does the same twice with one seed, and something else with another', async () => {
    const all = await Promise.all([1, 1, 2].map((seed) => trainPoint(sac, { steps: 48, seed })));
    const [one, same, other] = await Promise.all(
      all.map(async ({ run }) => numbersOf(await run.checkpoint())),
    );
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it.each([40, 48])(
    'continues after step %i, in the middle of an episode, as if it had not been stopped',
    async (at) => {
      const whole = await trainPoint(sac, { steps: 96, seed: 4 });
      const first = await trainPoint(sac, { steps: at, seed: 4 });
      const resume = JSON.parse(JSON.stringify((await first.run.checkpoint()).header)) as object;
      const { state } = await first.run.checkpoint();
      // The file of the replay may be newer than the checkpoint.
      const replay = whole.experience.replay.dataset();
      const rest = await trainPoint(sac, { steps: 96, resume: { header: resume, state }, replay });
      expect(numbersOf(await rest.run.checkpoint())).toEqual(numbersOf(await whole.run.checkpoint()));
      expect(rest.experience.replay.dataset()).toEqual(whole.experience.replay.dataset());
    },
  );

  it('continues between two episodes, too', async () => {
    const play = async (...parts: number[]) => {
      const { replay } = createExperience({ environment: pointEnvironment() });
      let player: Player | undefined;
      for (const steps of parts) {
        const next = new Player(pointEnvironment(), replay, Rng.fromSeed(1));
        if (player !== undefined) next.restore(JSON.parse(JSON.stringify(player.state())));
        player = next;
        await player.play({ reset() {}, act: async () => Float32Array.of(0.1) }, steps);
      }
      return replay.dataset();
    };
    const whole = await play(20);
    expect([...whole.episodeEnds]).toEqual([8, 16, 20]);
    expect(await play(8, 12)).toEqual(whole);
  });

  it('learns from logged decisions alone before it acts', async () => {
    const given = { dataset: await loggedPoint(), offlineSteps: 32, randomSteps: 0 };
    const config = { ...settingsOf(iql), batchSize: 32 };
    for (const [steps, rows] of [
      [32, 0],
      [64, 32],
    ] as const) {
      const { run, experience } = await trainPoint(online(iql), { steps, given, config });
      expect(experience.replay.size).toBe(rows);
      await run.dispose();
    }
  });

  it('fills its share of each batch with logged decisions once it acts', async () => {
    const dataset = await loggedPoint();
    const marked = { ...dataset, rewards: dataset.rewards.map(() => 7) };
    const settings = { dataset: marked, offlineShare: 0.25, offlineSteps: 16, stepsAtOnce: 16 };
    const experience = createExperience({ environment: pointEnvironment(), ...settings });
    const rng = Rng.fromSeed(1);
    const source = await ExperienceSource.open(
      experience,
      {
        settings: actingSettings(experience),
        batchSize: 32,
        batches: (from, { batchSize }, rng) => transitionSampler(transitions(from), { batchSize, rng }),
        explore: async () => ({ ...uniformPolicy(box, rng), targetReturns: [], load, dispose: load }),
      },
      rng,
    );
    const into = allocateBatch(source);
    const sevens = () => {
      source.next(into);
      return into.rewards!.filter((reward) => reward === 7).length;
    };
    expect([sevens(), source.isDue(15), source.isDue(16), source.stepsLeft(10)]).toEqual([
      32,
      false,
      true,
      6,
    ]);
    await source.grow({ device, readState: async () => ({}) });
    expect([sevens(), source.isDue(16), source.stepsLeft(16), source.isDue(32)]).toEqual([
      8,
      false,
      16,
      true,
    ]);
  });

  it.each([cql, iql, rebrac, td3Bc])('lets $name act', async (algorithm) => {
    const config = { ...settingsOf(algorithm), batchSize: 16 };
    const { run, experience, metrics } = await trainPoint(online(algorithm), { steps: 32, config });
    expect(experience.replay.size).toBe(64 + 32);
    expect(metrics.some(({ episodeReturn }) => Number.isFinite(episodeReturn))).toBe(true);
    const { actions } = experience.replay.dataset();
    expect(Math.max(...actions)).toBeLessThanOrEqual(1);
    expect(new Set(actions.subarray(64)).size).toBeGreaterThan(16); // it tries things out
    await run.dispose();
  });

  it('refuses an algorithm that tries nothing out', () => {
    expect(() => online(bc)).toThrow(expect.objectContaining({ code: 'cannot-explore' }));
  });
});

describe('createExperience', () => {
  it.each<[string, Omit<ExperienceOptions, 'environment'>, RegExp]>([
    [
      'no whole number of random steps',
      { randomSteps: 0.5 },
      /randomSteps. must be a whole number, 0 or more/,
    ],
    ['no steps at once', { stepsAtOnce: 0 }, /stepsAtOnce. must be a positive integer/],
    [
      'gradient steps that are not whole',
      { stepsAtOnce: 3, updateRatio: 0.5 },
      /updateRatio. must be .* whole for 3 steps/,
    ],
    ['a share of nothing', { offlineShare: 0.5 }, /offlineShare. must be 0 without logged decisions/],
    ['offline steps on nothing', { offlineSteps: 10 }, /offlineSteps. must be 0 without logged decisions/],
  ])('refuses %s', (_, options, message) => {
    expect(() => createExperience({ environment: pointEnvironment(), ...options })).toThrow(message);
  });

  it('refuses data of another environment', async () => {
    const dataset = { ...(await loggedPoint()), observationSize: 3 };
    await expect(
      trainPoint(online(iql), { steps: 1, given: { dataset }, config: settingsOf(iql) }),
    ).rejects.toThrow(/was not logged in point/);
  });
});
