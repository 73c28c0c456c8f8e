/**
 * LaMo on few data, from a language model and from random weights: does having read text help to act? The nano language
 * model comes along, so nothing is fetched. Run it from the repository:
 * `npx tsx --conditions=@lamo/source examples/lamo.ts`
 */
import { lamo, train } from '@lamo/algos';
import { Rng } from '@lamo/core';
import { subsampleEpisodes } from '@lamo/data';
import { collectMaze, evaluate, mean, normalisedScore } from '@lamo/eval';

const budget = Number(process.argv[2] ?? 1000);
const environment = 'maze2d-umaze-v1';

const collected = await collectMaze({ maze: 'umaze', rows: 60 * budget, noisy: true, seed: 0 });
const dataset = subsampleEpisodes(collected, 0.1, Rng.fromSeed(0));
const config = { contextLength: 5, learningRate: 1e-3, warmupSteps: Math.ceil(budget / 10) };

for (const pretrained of [true, false]) {
  const title = pretrained ? 'LaMo' : 'LaMo without pre-training';
  const run = await train(lamo, dataset, { steps: budget, every: 50, config: { ...config, pretrained } });
  for await (const { step, metrics } of run) console.log(title, step, metrics.actionLoss);

  // Two returns to ask for, each from the same starts: the best one in the data, and half of it.
  const policy = await run.result();
  const [best] = policy.targetReturns as [number];
  const targetReturns = [best, best / 2];
  const scores = new Map(targetReturns.map((target) => [target, [] as number[]]));
  for await (const episode of evaluate(policy, environment, { episodes: 10, targetReturns })) {
    scores.get(episode.targetReturn!)!.push(normalisedScore(environment, episode.return));
  }
  for (const [target, reached] of scores) {
    console.log(`${title}: asked for ${target}, score ${mean(reached).toFixed(1)}`);
  }
  await policy.dispose();
  await run.dispose();
}
