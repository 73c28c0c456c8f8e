import { type Dataset, Rng } from '@lamo/core';
import { type Checkpoint, openDevice, treeEntries } from '@lamo/runtime';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { type TrainOptions, train } from '../src/engine/train';
import { createExperience, type ExperienceOptions } from '../src/online/experience';
import { loggedDataset } from '../src/online/logged-dataset';
import { Player, uniformPolicy } from '../src/online/player';
import { pointEnvironment } from './point-environment';

/** Settings by which small networks learn quickly. */
export const quick = {
  batchSize: 32,
  hiddenSize: 16,
  actorLearningRate: 3e-3,
  criticLearningRate: 3e-3,
  alphaLearningRate: 3e-3,
};

/** It acts early, and often. */
export const short = { randomSteps: 64, stepsAtOnce: 16 };

/** Trains in the point's environment. */
export async function trainPoint(
  algorithm: AnyAlgorithm,
  {
    given = {},
    replay,
    ...options
  }: TrainOptions & { given?: Omit<ExperienceOptions, 'environment'>; replay?: Dataset },
) {
  const experience = createExperience({ environment: pointEnvironment(), ...short, ...given });
  if (replay)
    experience.replay.restore({ ...replay, nextObservations: replay.nextObservations! }, replay.size);
  const device = await openDevice('cpu', { threads: 1 });
  const run = await train(algorithm, experience, { device, every: 8, config: quick, ...options });
  const metrics: Record<string, number>[] = [];
  for await (const step of run) metrics.push({ ...step.metrics });
  return { run, experience, metrics };
}

/** All numbers of a state. */
export const numbersOf = ({ state }: Checkpoint) =>
  treeEntries(state).flatMap(([path, { data }]) => [path, ...data.map(Number)]);

/** What somebody logged who pulled at random. */
export async function loggedPoint(rows = 400): Promise<Dataset> {
  const experience = createExperience({ environment: pointEnvironment() });
  const rng = Rng.fromSeed(3);
  const player = new Player(experience.environment, experience.replay, rng);
  await player.play(uniformPolicy(experience.environment.spec, rng.split('actions')), rows);
  return loggedDataset(experience);
}
