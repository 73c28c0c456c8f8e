/**
 * `pnpm bench:own-texts [--steps N] [--rounds N]`: milliseconds of a step of IQLearn that also reads texts which the model writes itself, by how many
 * these are and how often they are written, on the permutations of benchmarks/learning: one thread, after the first ten steps. A hash of the
 * last state tells whether two versions learn the same.
 */
import { parseArgs } from 'node:util';
import { iqLearn, train } from '@lamo/algos';
import { median } from '@lamo/eval';
import { hashTree, openDevice } from '@lamo/runtime';
import { LEARNED, tokenAnswers } from '../learning/permutations/task';

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '200' }, rounds: { type: 'string', default: '3' } },
});
const [steps, rounds] = [Number(values.steps), Number(values.rounds)];
const FIRST = 10;

const examples = await tokenAnswers(LEARNED.slice(0, 100), 3);
const device = await openDevice('cpu', { threads: 1 });
const CONFIG = {
  ...{ batchSize: 32, learningRate: 1e-3, warmupSteps: 50, dropout: 0, attentionDropout: 0 },
  ...{ width: 64, layers: 2, heads: 4, imitationSteps: 0, residualWeight: 0.1 },
};
const ways = [
  { ownShare: 0, ownEvery: 10 },
  { ownShare: 0.1, ownEvery: 100 },
  { ownShare: 0.1, ownEvery: 10 },
  { ownShare: 0.5, ownEvery: 10 },
];

async function measure(way: (typeof ways)[number]) {
  const config = { ...CONFIG, ...way };
  const run = await train(iqLearn, examples, { config, device, steps: FIRST + steps, every: FIRST, seed: 0 });
  let [start, used] = [0, process.cpuUsage()];
  for await (const { step } of run) {
    if (step === FIRST) [start, used] = [performance.now(), process.cpuUsage()];
  }
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  const hash = hashTree(await run.state()).slice(0, 12);
  await run.dispose();
  return { wall: wall / steps, processor: (user + system) / 1e3 / steps, hash };
}

const made: Awaited<ReturnType<typeof measure>>[][] = ways.map(() => []);
for (let round = 0; round < rounds; round++)
  for (const [i, way] of ways.entries()) made[i]!.push(await measure(way));

const of = (i: number, kind: 'wall' | 'processor') => median(made[i]!.map((each) => each[kind]));
for (const [i, { ownShare, ownEvery }] of ways.entries()) {
  const figures = (['wall', 'processor'] as const).map(
    (kind) => `${of(i, kind).toFixed(1)} (× ${(of(i, kind) / of(0, kind)).toFixed(2)})`,
  );
  console.log(
    `own share ${ownShare}, written every ${ownEvery} steps: ms a step ${figures[0]}, of the processor ${figures[1]}, state ${made[i]![0]!.hash}`,
  );
}
