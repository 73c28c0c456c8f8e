/**
 * FQE against the truth: policies of different quality are judged from one log, then played. Prints a table of estimates and of
 * discounted returns in the environment, and how far the estimates rank the policies as the returns do (Spearman).
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/judge.ts [--environment ID] [--steps N] [--target-every N] [--seed N]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type AnyAlgorithm, bc, fqe, iql, type TrainedPolicy, train } from '@lamo/algos';
import type { Dataset } from '@lamo/core';
import { evaluate, findCollector, findEnvironment, mean, standardError } from '@lamo/eval';
import { openDevice } from '@lamo/runtime';

const { values: options } = parseArgs({
  options: {
    environment: { type: 'string', default: 'cartpole-v1' },
    rows: { type: 'string', default: '50000' },
    steps: { type: 'string', default: '20000' },
    'target-every': { type: 'string', default: '100' },
    episodes: { type: 'string', default: '100' },
    seed: { type: 'string', default: '0' },
  },
});

const DISCOUNT = 0.99;
const HIDDEN = 128;
const seed = Number(options.seed);
const device = await openDevice('cpu', { threads: 1 });

/** What is judged: mere beginnings, imitation that goes on, and something better. */
const CANDIDATES: readonly { readonly algorithm: AnyAlgorithm; readonly steps: number }[] = [
  ...[0, 5, 10, 20, 30, 100].map((steps) => ({ algorithm: bc, steps })),
  { algorithm: iql, steps: 3000 },
];

/** A log of the scripted player, who is more careless in some episodes than in others. */
async function collect(): Promise<Dataset> {
  const task = { rows: Number(options.rows), seed, noise: true };
  return findCollector(findEnvironment(options.environment)).collect(
    findEnvironment(options.environment),
    task,
  );
}

/** The mean of discounted returns from the environment's own starts, and its standard error. */
async function play(policy: TrainedPolicy): Promise<readonly [mean: number, error: number]> {
  const returns: number[] = [];
  const episodes = evaluate(policy, options.environment, {
    episodes: Number(options.episodes),
    record: true,
  });
  for await (const { trajectory } of episodes) {
    returns.push(trajectory!.rewards.reduceRight((sum, reward) => reward + DISCOUNT * sum, 0));
  }
  return [mean(returns), standardError(returns)];
}

/** The place of each value among all, the mean of places where values are equal. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}

/** Pearson's correlation of ranks. */
function spearman(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [ranks(x), ranks(y)];
  const centred = (values: readonly number[]) => values.map((value) => value - mean(values));
  const product = (one: readonly number[], other: readonly number[]) =>
    one.reduce((sum, value, i) => sum + value * other[i]!, 0);
  const [p, q] = [centred(a), centred(b)];
  return product(p, q) / Math.sqrt(product(p, p) * product(q, q));
}

const dataset = await collect();
const folder = mkdtempSync(join(tmpdir(), 'lamo-judge-'));
const [truths, estimates]: [number[], number[]] = [[], []];
console.log(`| policy | estimate | at half | networks | interval over starts | discounted return | ± |`);
console.log('|---|---|---|---|---|---|---|');
try {
  for (const [i, { algorithm, steps }] of CANDIDATES.entries()) {
    const run = await train(algorithm, dataset, {
      steps,
      seed,
      device,
      config: { hiddenSize: 64 },
      every: steps || 1,
    });
    for await (const _ of run);
    const path = join(folder, String(i));
    await run.save(path);
    const policy = (await run.result()) as TrainedPolicy;
    const [truth, error] = await play(policy);
    await policy.dispose();
    await run.dispose();

    const every = Number(options.steps) / 2;
    const config = {
      policy: path,
      discount: DISCOUNT,
      hiddenSize: HIDDEN,
      targetEvery: Number(options['target-every']),
    };
    const judging = await train(fqe, dataset, { steps: 2 * every, seed, device, config, every });
    const values: number[] = [];
    for await (const _ of judging) values.push((await judging.result()).value);
    const { value, interval, networks, logged } = await judging.result();
    await judging.dispose();
    truths.push(truth);
    estimates.push(value);
    const cells = [value, values[0]!, networks, [interval!.low, interval!.high], truth, error];
    const show = (cell: number | readonly number[]) =>
      [cell]
        .flat()
        .map((x) => x.toFixed(1))
        .join(', ');
    console.log(`| ${algorithm.title} after ${steps} | ${cells.map(show).join(' | ')} |`);
    if (i === CANDIDATES.length - 1) console.log(`\nLogged: ${logged?.toFixed(1)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const errors = estimates.map((estimate, i) => Math.abs(estimate - truths[i]!));
console.log(
  `Spearman ${spearman(estimates, truths).toFixed(2)}, mean absolute error ${mean(errors).toFixed(1)}`,
);
