/**
 * IQLearn beside maximum likelihood and its other controls, where many answers are right and examples are few: four letters are to be given back in any
 * order, so that 24 answers to each prompt are right; three of them are seen for each of 100 prompts. Answers to 60 other prompts are sampled at several
 * temperatures: how many are right, and how different they are. Finished runs are kept, so it can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/permutations.ts --seeds 0,1,2,3,4`
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { iqLearn, sft, train } from '@lamo/algos';
import { writeFileAtomic } from '@lamo/core';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { mean, selfBleu } from '@lamo/eval';
import { evaluateCompletions, generateBatch, type LoadedGpt2 } from '@lamo/models';
import { type Device, openDevice } from '@lamo/runtime';
import { permutations, permutationTokenizer } from '../../packages/algos/test/permutation-task';
import { LEARNERS, type PermutationRun, TEMPERATURES } from './permutations/learners';

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

const SAMPLES = 20;
const CONFIG = {
  ...{ batchSize: 32, learningRate: 1e-3, warmupSteps: 50, dropout: 0, attentionDropout: 0 },
  ...{ width: 64, layers: 2, heads: 4 },
};
const { encode } = permutationTokenizer;
const tokenise = (rows: ReturnType<typeof permutations>) =>
  tokenCompletions(completionsFromRows(rows), permutationTokenizer, { context: 12 });

// There are 210 sets of four of ten letters: no prompt is in both parts, and none twice.
const prompts = [
  ...new Map(permutations({ prompts: 5000, answers: 3, seed: 0 }).map((row) => [row.prompt, row])).keys(),
];
const answers = permutations({ prompts: 5000, answers: 3, seed: 1 });
const answersTo = (prompt: string, count: number) =>
  answers.filter((row) => row.prompt === prompt).slice(0, count);
const training = await tokenise(prompts.slice(0, 100).flatMap((prompt) => answersTo(prompt, 3)));
const heldOut = await tokenise(prompts.slice(100, 160).flatMap((prompt) => answersTo(prompt, 10)));
const device = await openDevice('cpu', { threads: 1 });

const runs: PermutationRun[] = existsSync(options.results!)
  ? (JSON.parse(readFileSync(options.results!, 'utf8')) as { runs: PermutationRun[] }).runs
  : [];
for (const seed of options.seeds!.split(',').map(Number)) {
  for (const name of options.only!.split(',')) {
    if (runs.some((run) => run.name === name && run.seed === seed)) continue;
    runs.push(await runOne(name, seed));
    const lines = runs.map((run) => `  ${JSON.stringify(run)}`).join(',\n');
    writeFileAtomic(options.results!, `{\n "steps": ${options.steps},\n "runs": [\n${lines}\n ]\n}\n`);
  }
}

async function runOne(name: string, seed: number): Promise<PermutationRun> {
  const { algorithm, config } = LEARNERS[name]!;
  const shared = { steps: Number(options.steps), every: Number(options.steps), seed, device };
  const run =
    algorithm === 'sft'
      ? await train(sft, training, { ...shared, config: { ...CONFIG, ...config } })
      : await train(iqLearn, training, { ...shared, config: { ...CONFIG, imitationSteps: 100, ...config } });
  for await (const _ of run);
  const model = await run.result();
  await run.dispose();
  const { loss } = await evaluateCompletions(model, heldOut, { device, batchSize: 100 });
  const frontier = [];
  for (const temperature of TEMPERATURES) frontier.push(await sample(model, temperature, seed, device));
  console.log(
    name,
    seed,
    loss.toFixed(3),
    frontier.map(({ valid, distinct }) => `${valid.toFixed(2)}/${distinct.toFixed(1)}`).join(' '),
  );
  return { name, seed, heldOutLoss: round(loss), frontier };
}

async function sample(model: LoadedGpt2, temperature: number, seed: number, device: Device) {
  const asked = prompts.slice(100, 160);
  const made = await generateBatch(
    model,
    asked.map((prompt) => encode(prompt)),
    {
      ...{ samples: SAMPLES, tokens: 6, temperature, seed, device, batchSize: 240, measure: true },
      endOfText: [permutationTokenizer.endOfText],
    },
  );
  const perPrompt = made.map((continuations, i) => {
    const goal = asked[i]!.slice(0, 4);
    const texts = continuations.map(({ tokens, end }) =>
      end === undefined ? '' : permutationTokenizer.decode(tokens),
    );
    const valid = texts.filter((text) => [...text].sort().join('') === goal);
    const draws = continuations.flatMap(({ draws }) => draws!);
    return {
      valid: valid.length / SAMPLES,
      distinct: new Set(valid).size,
      selfBleu: selfBleu(
        continuations.slice(0, 10).map(({ tokens }) => tokens),
        { n: 3 },
      ),
      entropy: mean(draws.map(({ entropy }) => entropy)),
    };
  });
  const meanOf = (key: keyof (typeof perPrompt)[number]) => round(mean(perPrompt.map((each) => each[key])));
  return {
    temperature,
    valid: meanOf('valid'),
    distinct: meanOf('distinct'),
    selfBleu: meanOf('selfBleu'),
    entropy: meanOf('entropy'),
  };
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
