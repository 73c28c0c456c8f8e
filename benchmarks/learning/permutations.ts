/**
 * IQLearn beside maximum likelihood and its other controls, where many answers are right and examples are few: four letters are to be given back in any
 * order, so that 24 answers to each prompt are right; three of them are seen for each of 100 prompts. Answers to 60 other prompts are sampled at several
 * temperatures: how many are right, and how different they are. Finished runs are kept, so it can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/permutations.ts --seeds 0,1,2,3,4`
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { evaluateCompletions } from '@lamo/models';
import { readRuns, writeRuns } from './kept-runs';
import { LEARNERS, type PermutationRun, TEMPERATURES } from './permutations/learners';
import {
  ASKED,
  LEARNED,
  openTaskDevice,
  round,
  sampleAnswers,
  startLearner,
  tokenAnswers,
} from './permutations/task';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2,3,4' },
    steps: { type: 'string', default: '3000' },
    only: { type: 'string', default: Object.keys(LEARNERS).join(',') },
    results: {
      type: 'string',
      default: fileURLToPath(new URL('results/permutations.json', import.meta.url)),
    },
  },
});

const training = await tokenAnswers(LEARNED.slice(0, 100), 3);
const heldOut = await tokenAnswers(ASKED, 10);
const device = await openTaskDevice();

const settings = { steps: Number(options.steps) };
const runs = readRuns<typeof settings, PermutationRun>(options.results!, settings);
for (const seed of options.seeds!.split(',').map(Number)) {
  for (const name of options.only!.split(',')) {
    if (runs.some((run) => run.name === name && run.seed === seed)) continue;
    runs.push(await runOne(name, seed));
    writeRuns(options.results!, { settings, runs });
  }
}

async function runOne(name: string, seed: number): Promise<PermutationRun> {
  const { steps } = settings;
  const run = await startLearner(name, training, { steps, every: steps, seed, device });
  for await (const _ of run);
  const model = await run.result();
  await run.dispose();
  const { loss } = await evaluateCompletions(model, heldOut, { device, batchSize: 100 });
  const frontier = [];
  for (const temperature of TEMPERATURES)
    frontier.push(await sampleAnswers(model, { temperature, samples: 20, seed, device }));
  console.log(
    name,
    seed,
    loss.toFixed(3),
    frontier.map(({ valid, distinct }) => `${valid.toFixed(2)}/${distinct.toFixed(1)}`).join(' '),
  );
  return { name, seed, heldOutLoss: round(loss), frontier };
}
