/**
 * `pnpm bench:generate [--model NAME] [--tokens N] [--rows N] [--rounds N] [--threads N]`: tokens per second that a language model writes,
 * compilation included, with a cache of keys and values, and in the old way, which ran the whole window through the model for each token:
 * one text, and many at once. Seconds of the processor, of all cores together, say more where it has other work as well.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Rng } from '@lamo/core';
import { median } from '@lamo/eval';
import {
  generateBatch,
  generateTokens,
  gpt2Sizes,
  initGpt2,
  type LoadedGpt2,
  loadGpt2,
  nanoModelFolder,
} from '@lamo/models';
import { openDevice } from '@lamo/runtime';
import { sampleToken } from '../../packages/models/src/gpt2/sample-token';
import { type WindowScorer, windowScorer } from '../../test/recompute-text';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'nano' },
    tokens: { type: 'string', default: '128' },
    rows: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string' },
  },
});
const [tokens, rows, rounds] = [Number(values.tokens), Number(values.rows), Number(values.rounds)];

const model = await loadModel(values.model);
const device = await openDevice(
  'cpu',
  values.threads === undefined ? {} : { threads: Number(values.threads) },
);
const { vocabSize, nPositions } = model.config;
const prompt = [464, 33, 871, 12];

/** The nano model, or random weights of a published size: what they say takes as long. */
async function loadModel(name: string): Promise<LoadedGpt2> {
  if (name === 'nano') return loadGpt2(nanoModelFolder());
  const config = gpt2Sizes[name as keyof typeof gpt2Sizes];
  return { config, parameters: initGpt2(config, Rng.fromSeed(0)) };
}

/** For one text: windows are powers of two, and compiled as the text grows. */
async function wholeWindows(): Promise<number> {
  const rng = Rng.fromSeed(0);
  const text = [...prompt];
  let scorer: WindowScorer | undefined;
  while (text.length < prompt.length + tokens) {
    const needed = Math.min(2 ** Math.ceil(Math.log2(Math.max(text.length, 32))), nPositions);
    if (scorer === undefined || scorer.length < needed) {
      await scorer?.dispose();
      scorer = await windowScorer(model, needed, device);
    }
    text.push(sampleToken(await scorer.score(text), { temperature: 1, topK: vocabSize, rng }));
  }
  await scorer?.dispose();
  return tokens;
}

async function withCache(): Promise<number> {
  let made = 0;
  for await (const _ of generateTokens(model, prompt, { tokens, device })) made++;
  return made;
}

async function together(): Promise<number> {
  const made = await generateBatch(model, [prompt], { tokens, device, samples: rows, batchSize: rows });
  return made.flat().reduce((sum, { tokens }) => sum + tokens.length, 0);
}

const ways = {
  'whole windows, one text': wholeWindows,
  'cache, one text': withCache,
  [`cache, ${rows} texts`]: together,
};
const seconds = Object.keys(ways).map(() => ({ wall: [] as number[], processor: [] as number[] }));
const counts = Object.keys(ways).map(() => 0);
for (let round = 0; round < rounds; round++) {
  for (const [i, way] of Object.values(ways).entries()) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    counts[i] = await way();
    const { user, system } = process.cpuUsage(used);
    seconds[i]!.wall.push((performance.now() - start) / 1e3);
    seconds[i]!.processor.push((user + system) / 1e6);
  }
}

console.log(
  `${values.model}, ${tokens} tokens a text, on ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}. Medians of ${rounds} interleaved rounds.\n`,
);
const describe = (i: number, kind: 'wall' | 'processor') => {
  const rate = (j: number) => counts[j]! / median(seconds[j]![kind]);
  return `${rate(i).toFixed(0).padStart(6)} (× ${(rate(i) / rate(0)).toFixed(1)})`;
};
for (const [i, name] of Object.keys(ways).entries()) {
  console.log(
    `${name.padEnd(24)} tokens per second ${describe(i, 'wall')}, of the processor ${describe(i, 'processor')}`,
  );
}
