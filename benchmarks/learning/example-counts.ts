/**
 * IQLearn beside maximum likelihood on few, more and many examples: the task of `permutations.ts` with 2, 7 and 20 answers to each of 150 prompts. While they
 * train: how likely right answers to 60 other prompts are, and how many of their samples are right. Finished runs are kept, so it can be
 * stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/example-counts.ts --seeds 0,1,2`
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { evaluateCompletions } from '@lamo/models';
import { readRuns, writeRuns } from './kept-runs';
import { COMPARED, type CountRun, LOOKS, PER_PROMPT } from './permutations/example-counts';
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
    seeds: { type: 'string', default: '0,1,2' },
    only: { type: 'string', default: COMPARED.join(',') },
    results: {
      type: 'string',
      default: fileURLToPath(new URL('results/example-counts.json', import.meta.url)),
    },
  },
});

const heldOut = await tokenAnswers(ASKED, 10);
const device = await openTaskDevice();
const settings = { steps: LOOKS.at(-1)! };
const runs = readRuns<typeof settings, CountRun>(options.results!, settings);
for (const seed of options.seeds!.split(',').map(Number)) {
  for (const perPrompt of PER_PROMPT) {
    for (const name of options.only!.split(',')) {
      if (runs.some((run) => run.name === name && run.seed === seed && run.perPrompt === perPrompt)) continue;
      runs.push(await runOne(name, perPrompt, seed));
      writeRuns(options.results!, { settings, runs });
    }
  }
}

async function runOne(name: string, perPrompt: number, seed: number): Promise<CountRun> {
  const examples = await tokenAnswers(LEARNED, perPrompt);
  const { steps } = settings;
  const run = await startLearner(name, examples, { steps, every: 250, seed, device });
  const curve = [];
  for await (const { step } of run) {
    if (!LOOKS.includes(step)) continue;
    const model = await run.result();
    const { loss } = await evaluateCompletions(model, heldOut, { device, batchSize: 100 });
    const { valid, distinct } = await sampleAnswers(model, { temperature: 1, samples: 10, seed, device });
    curve.push({ step, heldOutLoss: round(loss), valid, distinct });
  }
  await run.dispose();
  const shown = curve.map(({ step, heldOutLoss, valid }) => `${step}: ${heldOutLoss} ${valid}`);
  console.log(name, seed, `${examples.examples} examples`, shown.join('; '));
  return { name, perPrompt, examples: examples.examples, seed, curve };
}
