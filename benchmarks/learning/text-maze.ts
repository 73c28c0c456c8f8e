/**
 * ILQL beside imitation in a maze that is text: from 300 random walks, of which a quarter reaches the goal, small GPT-2s learn to walk.
 * Finished runs are kept, so it can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/text-maze.ts --seeds 0,1,2`
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ilql, sft, train } from '@lamo/algos';
import { Rng } from '@lamo/core';
import {
  type Completions,
  completionsFromRows,
  type PromptAndCompletion,
  tokenCompletions,
  topCompletions,
} from '@lamo/data';
import { type MazeDialogue, mean, playMaze, randomMazeWalk } from '@lamo/eval';
import { generateBatch, type LoadedGpt2 } from '@lamo/models';
import { openDevice } from '@lamo/runtime';
import { readRuns, writeRuns } from './kept-runs';
import { mazeTokenizer as tokenizer } from './text-maze/maze-tokenizer';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2' },
    only: { type: 'string', default: 'bc,filtered-bc,monte-carlo,ilql' },
    steps: { type: 'string', default: '6000' },
    results: {
      type: 'string',
      default: fileURLToPath(new URL('results/text-maze.json', import.meta.url)),
    },
  },
});

const SMALL = {
  ...{ batchSize: 256, learningRate: 1e-3, warmupSteps: 50, dropout: 0, attentionDropout: 0 },
  ...{ width: 64, layers: 2, heads: 4 },
};
// Moves are random, so imitation has nothing to say, and its gradients on the network that values share would be louder than
// the goal, which one move in 300 reaches.
const VALUES = {
  ...{ discount: 0.95, expectile: 0.97, targetRate: 0.1, imitationWeight: 0.003 },
  ...{ conservativeWeight: 1e-4, rewardScale: 0.3, largestAdvantage: 0 },
};
/** Of advantages; 16 is LMRL-Gym's. */
const WEIGHTS = [0, 4, 16, 64];

/** A move of a walk, with what the whole walk brought and what came after it. */
interface Move extends PromptAndCompletion {
  readonly reward: number;
  readonly total: number;
  readonly later: number;
}

interface MazeRun {
  readonly name: string;
  readonly seed: number;
  /** Mean returns by the weight of advantages. */
  readonly returns: Readonly<Record<string, number>>;
}

const device = await openDevice('cpu', { threads: 1 });
const rng = Rng.fromSeed(7);
const moves = Array.from({ length: 300 }, () => randomMazeWalk(rng)).flatMap(movesOf);
const tokenise = (rows: readonly PromptAndCompletion[]) =>
  tokenCompletions(completionsFromRows(rows), tokenizer, { context: 32 });
const DATA: Readonly<Record<string, () => Promise<Completions>>> = {
  bc: () => tokenise(moves),
  ilql: () => tokenise(moves),
  // By what the whole walk brought.
  'filtered-bc': async () =>
    topCompletions(
      await tokenise(moves.map(({ prompt, completion, total }) => ({ prompt, completion, reward: total }))),
      0.1,
    ),
  'monte-carlo': () =>
    tokenise(
      moves.map(({ prompt, completion, reward, later }) => ({ prompt, completion, reward: reward + later })),
    ),
};

const settings = { steps: Number(options.steps), model: SMALL, values: VALUES };
const runs = readRuns<typeof settings, MazeRun>(options.results!, settings);
for (const seed of options.seeds!.split(',').map(Number)) {
  for (const name of options.only!.split(',')) {
    if (runs.some((run) => run.name === name && run.seed === seed)) continue;
    runs.push({ name, seed, returns: await runOne(name, seed) });
    writeRuns(options.results!, { settings, runs });
    console.log(JSON.stringify(runs.at(-1)));
  }
}

/** The moves of a walk, each a text of its own that names the one that came next. */
function movesOf({ messages }: MazeDialogue): Move[] {
  const made = messages.flatMap((message, i) => (message.role === 'user' ? [] : [{ ...message, i }]));
  const total = made.reduce((sum, { reward }) => sum + reward, 0);
  let later = 0;
  return made
    .toReversed()
    .map(({ content, reward, i }) => {
      const move = {
        ...{ prompt: messages[i - 1]!.content, completion: content, reward, total, later },
        next: messages[i + 1]?.content ?? null,
      };
      later = VALUES.discount ** tokenizer.encode(`${content}<end>`).length * (reward + later);
      return move;
    })
    .toReversed();
}

/** @returns mean returns by the weight of advantages */
async function runOne(name: string, seed: number): Promise<Record<string, number>> {
  const data = await DATA[name]!();
  const isImitation = name.endsWith('bc');
  const shared = { seed, device, every: 100 };
  // Of returns that were observed, which luck decides here, V is the mean: an upper expectile would be that of the luckiest.
  const goal =
    name === 'ilql'
      ? ({ valueTarget: 'td' } as const)
      : ({ valueTarget: 'monte-carlo', expectile: 0.5 } as const);
  const run = isImitation
    ? await train(sft, data, { ...shared, steps: 300, config: SMALL })
    : await train(ilql, data, {
        ...{ ...shared, steps: settings.steps },
        config: { ...SMALL, ...VALUES, ...goal },
      });
  for await (const { step, metrics } of run)
    if (step % 1000 === 0) console.log(`${name} ${seed}: ${step} steps, loss ${metrics.loss}`);
  const model = await run.result();
  await run.dispose();
  const returns: Record<string, number> = {};
  for (const weight of isImitation ? [0] : WEIGHTS) {
    returns[weight] = Number(mean(await play(model, weight, seed)).toFixed(2));
  }
  return returns;
}

/** Plays four episodes from each start. A move is one word: what is written behind it does not matter. */
function play(model: LoadedGpt2, advantageWeight: number, seed: number): Promise<number[]> {
  let move = 0;
  return playMaze(
    async (all) => {
      const prompts = all.map((said) => tokenizer.encode(said.at(-1)!));
      const settings = { tokens: 1, advantageWeight, device, batchSize: 128, seed: 1000 * seed + move++ };
      const made = await generateBatch(model, prompts, { ...settings, endOfText: [tokenizer.endOfText] });
      return made.map(([continuation]) => tokenizer.decode(continuation!.tokens));
    },
    { episodes: 4, memory: 0 },
  );
}
