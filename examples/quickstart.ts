/**
 * The library calls behind `lamo quickstart`: collect, train, evaluate. Run it from the repository:
 * `npx tsx --conditions=@lamo/source examples/quickstart.ts`
 */
import { bc, td3Bc, train } from '@lamo/algos';
import { bootstrapInterval, collectMaze, evaluate, mean, normalisedScore } from '@lamo/eval';

const budget = Number(process.argv[2] ?? 20_000);
const environment = 'maze2d-umaze-v1';

// A scripted player steers a ball through a maze, towards goals that keep changing. Nobody is told which one pays.
const dataset = await collectMaze({ maze: 'umaze', rows: 5 * budget, noisy: true, seed: 0 });

for (const algorithm of [bc, td3Bc]) {
  const run = await train(algorithm, dataset, { steps: budget, seed: 0, every: Math.ceil(budget / 10) });
  for await (const { step, metrics } of run) console.log(algorithm.title, step, metrics);

  const policy = await run.result();
  const scores: number[] = [];
  for await (const episode of evaluate(policy, environment, { episodes: 100, seed: 0 })) {
    scores.push(normalisedScore(environment, episode.return));
  }
  const { low, high } = bootstrapInterval(scores);
  console.log(
    `${algorithm.title}: score ${mean(scores).toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`,
  );
  await policy.dispose();
  await run.dispose();
}
