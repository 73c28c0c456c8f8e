/**
 * ILQL beside imitation in a maze that is text: from 300 random walks, of which a quarter reaches the goal, small GPT-2s learn to walk. All begin with
 * a model that has read the walks as text. Finished runs are kept, so it can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/text-maze.ts --seeds 0,1,2`
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ilql, sft, train } from '@lamo/algos';
import { Rng } from '@lamo/core';
import { completionsFromRows, type Dialogue, tokenCompletions, topCompletions } from '@lamo/data';
import { type MazeDialogue, mean, playMaze, randomMazeWalk } from '@lamo/eval';
import { generateBatch, type LoadedGpt2, saveGpt2 } from '@lamo/models';
import { openDevice } from '@lamo/runtime';
import { readRuns, writeRuns } from './kept-runs';
import { mazeTokenizer as tokenizer } from './text-maze/maze-tokenizer';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2' },
    only: { type: 'string', default: 'bc,filtered-bc,monte-carlo,ilql' },
    steps: { type: 'string', default: '1500' },
    results: {
      type: 'string',
      default: fileURLToPath(new URL('results/text-maze.json', import.meta.url)),
    },
  },
});

/** Turns of a piece of a walk: the cell says all there is to know, so a walk need not be read whole. */
const TURNS = 8;
const SMALL = {
  ...{ batchSize: 24, learningRate: 3e-3, warmupSteps: 50, dropout: 0, attentionDropout: 0 },
  ...{ width: 64, layers: 2, heads: 4 },
};
const VALUES = {
  ...{ discount: 0.9, expectile: 0.9, targetRate: 0.2, imitationWeight: 0.1 },
  ...{ conservativeWeight: 1e-3, largestAdvantage: 0 },
};
const WEIGHTS = [0, 8, 32];

type Piece = MazeDialogue & { readonly total: number; readonly later: number };

interface MazeRun {
  readonly name: string;
  readonly seed: number;
  /** Mean returns by the weight of advantages. */
  readonly returns: Readonly<Record<string, number>>;
}

const device = await openDevice('cpu', { threads: 1 });
const rng = Rng.fromSeed(7);
const pieces = Array.from({ length: 300 }, () => randomMazeWalk(rng)).flatMap(cut);
const tokenise = (rows: readonly Dialogue[]) =>
  tokenCompletions(completionsFromRows(rows), tokenizer, { context: 3 * TURNS + 2 });
const dialogues = await tokenise(pieces);
const DATA: Readonly<Record<string, () => Promise<typeof dialogues>>> = {
  bc: async () => dialogues,
  ilql: async () => dialogues,
  // By what the whole walk brought.
  'filtered-bc': async () =>
    topCompletions(
      await tokenise(pieces.map((piece) => ({ messages: unrewarded(piece), reward: piece.total }))),
      0.1,
    ),
  // What came after a piece joins its last reward.
  'monte-carlo': async () => tokenise(pieces.map(withLater)),
};

const reader = await readWalks();
const settings = { steps: Number(options.steps) };
const runs = readRuns<typeof settings, MazeRun>(options.results!, settings);
for (const seed of options.seeds!.split(',').map(Number)) {
  for (const name of options.only!.split(',')) {
    if (runs.some((run) => run.name === name && run.seed === seed)) continue;
    runs.push({ name, seed, returns: await runOne(name, seed) });
    writeRuns(options.results!, { settings, runs });
    console.log(JSON.stringify(runs.at(-1)));
  }
}

/** Cuts a walk into pieces, each of which but the last ends with the cell where the next one begins. */
function cut({ messages, done }: MazeDialogue): Piece[] {
  const rewards = messages.map((message) => ('reward' in message ? message.reward : 0));
  const total = rewards.reduce((sum, reward) => sum + reward, 0);
  const moves = Math.floor(messages.length / 2);
  return Array.from({ length: Math.ceil(moves / TURNS) }, (_, piece) => {
    const start = 2 * TURNS * piece;
    const isLast = TURNS * (piece + 1) >= moves;
    const end = isLast ? messages.length : start + 2 * TURNS;
    // Two tokens are written in each turn: the move, and the end of the text.
    const later = rewards
      .slice(end)
      .reduceRight((sum, reward, i) => (i % 2 ? reward : 0) + (i % 2 ? VALUES.discount ** 2 * sum : sum), 0);
    return {
      messages: messages.slice(start, isLast ? end : end + 1),
      ...{ done: isLast && done, total, later },
    };
  });
}

function unrewarded({ messages }: Piece): Dialogue['messages'] {
  return messages.map(({ role, content }) => ({ role, content }));
}

function withLater({ messages, later }: Piece): Dialogue {
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  const message = messages[last] as {
    readonly role: 'assistant';
    readonly content: string;
    readonly reward: number;
  };
  const reward = message.reward + VALUES.discount ** 2 * later;
  return { messages: messages.with(last, { ...message, reward }) };
}

/** Trains a model on the walks as text, cells and all. @returns its folder */
async function readWalks(): Promise<string> {
  const texts = pieces.map(({ messages }) => {
    const [first, ...others] = messages.map(
      ({ role, content }) => content + (role === 'assistant' ? '<end>' : ''),
    );
    return { prompt: first!, completion: others.join('') };
  });
  const read = await tokenCompletions(completionsFromRows(texts), tokenizer, { context: 3 * TURNS + 3 });
  const run = await train(sft, read, { steps: 500, every: 100, seed: 99, device, config: SMALL });
  for await (const { step, metrics } of run) console.log('reading', step, metrics.loss);
  const folder = mkdtempSync(join(tmpdir(), 'lamo-text-maze-'));
  saveGpt2(folder, await run.result());
  await run.dispose();
  return folder;
}

/** @returns mean returns by the weight of advantages */
async function runOne(name: string, seed: number): Promise<Record<string, number>> {
  const data = await DATA[name]!();
  const isImitation = name.endsWith('bc');
  const shared = { seed, device, every: 100 };
  const config = { ...SMALL, initialiseFrom: reader };
  const valueTarget = name === 'ilql' ? 'td' : 'monte-carlo';
  const run = isImitation
    ? await train(sft, data, { ...shared, steps: 300, config: { ...config, learningRate: 1e-3 } })
    : await train(ilql, data, {
        ...shared,
        ...settings,
        config: { ...config, ...VALUES, valueTarget },
      });
  for await (const _ of run);
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
