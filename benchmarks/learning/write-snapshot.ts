/**
 * Writes an actor of `sac.ts` as a policy that comes with @lamo/eval: its weights in D4RL's layout, and a card that says how it was trained
 * and what it earns when it draws its actions.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/write-snapshot.ts ACTOR.safetensors --robot hopper --level medium --trained '{"seed":0,…}'`
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@lamo/core';
import { readBehaviourPolicy, writeD4rl } from '@lamo/data';
import {
  behaviourPolicy,
  collectDataset,
  evaluate,
  findEnvironment,
  mean,
  randomPolicy,
  standardDeviation,
} from '@lamo/eval';
import { type HostArray, readSafetensors } from '@lamo/runtime';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    environment: { type: 'string', default: 'hopper-v4' },
    robot: { type: 'string', default: 'hopper' },
    level: { type: 'string', default: 'medium' },
    episodes: { type: 'string', default: '100' },
    /** How it was trained, as JSON. */
    trained: { type: 'string', default: '{}' },
  },
});

const { tensors } = readSafetensors(positionals[0]!);
const last = Math.max(...[...tensors.keys()].map((path) => Number.parseInt(path, 10)));
const folder = join('packages/eval/snapshots', options.robot);
const file = join(folder, `${options.level}.hdf5`);
mkdirSync(folder, { recursive: true });

/** Columns `from` to `to` of a layer, [in, out] to [out, in]. */
function layer(index: number, from?: number, to?: number) {
  const { shape, data } = tensors.get(`${index}/weight`) as HostArray;
  const [inputs, outputs] = shape as [number, number];
  const columns = Array.from({ length: outputs }, (_, i) => i).slice(from, to);
  const weight = columns.flatMap((column) =>
    Array.from({ length: inputs }, (_, row) => data[row * outputs + column]!),
  );
  const bias = columns.map((column) => tensors.get(`${index}/bias`)!.data[column]!);
  const vector = { shape: [columns.length], data: Float32Array.from(bias) };
  return { weight: { shape: [columns.length, inputs], data: Float32Array.from(weight) }, bias: vector };
}

const size = findEnvironment(options.environment).spec.actionSize;
const names = ['fc0', 'fc1', 'last_fc', 'last_fc_log_std'];
const layers = [layer(0), layer(1), layer(last, 0, size), layer(last, size)];
const policy = names.flatMap((name, i) => [
  [`policy/${name}/weight`, layers[i]!.weight],
  [`policy/${name}/bias`, layers[i]!.bias],
]);
// The layout wants rows: the first step of an episode.
const row = await collectDataset(
  randomPolicy(findEnvironment(options.environment).spec),
  options.environment,
  { rows: 1 },
);
await writeD4rl(row, file, {
  metadata: {
    algorithm: 'SAC',
    'policy/nonlinearity': 'relu',
    'policy/output_distribution': 'tanh_gaussian',
    ...Object.fromEntries(policy),
  },
});

const returns: number[] = [];
const player = behaviourPolicy(await readBehaviourPolicy(file), { seed: 0 });
for await (const episode of evaluate(player, options.environment, {
  episodes: Number(options.episodes),
  seed: 0,
}))
  returns.push(episode.return);
const card = {
  robot: options.robot,
  level: options.level,
  algorithm: 'SAC',
  environment: options.environment,
  ...JSON.parse(options.trained),
  return: {
    mean: mean(returns),
    standardDeviation: standardDeviation(returns),
    episodes: returns.length,
    actions: 'drawn',
  },
  bytes: statSync(file).size,
};
writeFileAtomic(join(folder, `${options.level}.json`), `${JSON.stringify(card, null, 2)}\n`);
console.log(card);
