import { type AnyAlgorithm, dt, iql, td3Bc, train } from '@lamo/algos';
import { type Device, type HostArray, type Tree, type TreeRecord, treeEntries } from '@lamo/runtime';
import { randomDataset } from '../speed/random-dataset';
import { joinNumbers } from './expected';

/** A short training whose outcome is known. */
interface ShortTraining {
  readonly algorithm: AnyAlgorithm;
  readonly config: Readonly<Record<string, unknown>>;
  /** One by one, noise comes from the host, the same for every device. A loop draws its own, so it must need none. */
  readonly takes: 'loop' | 'one by one';
}

const NARROW = { hiddenSize: 64, batchSize: 64 };

/** Short trainings by what is shown. */
export const shortTrainings: Readonly<Record<string, ShortTraining>> = {
  'TD3+BC': { algorithm: td3Bc, config: NARROW, takes: 'one by one' },
  'TD3+BC without noise, in a loop': {
    algorithm: td3Bc,
    config: { ...NARROW, policyNoise: 0 },
    takes: 'loop',
  },
  'IQL, in a loop': { algorithm: iql, config: NARROW, takes: 'loop' },
  'DT without dropout, in a loop': {
    algorithm: dt,
    config: { width: 32, layers: 2, contextLength: 5, batchSize: 16, dropout: 0, warmupSteps: 0 },
    takes: 'loop',
  },
};

/** Takes some steps and returns the numbers of each part of the state, by name. */
export async function computeTraining(device: Device, { algorithm, config, takes }: ShortTraining) {
  const run = await train(algorithm, randomDataset({ rows: 2000, episodeLength: 100 }), {
    steps: STEPS,
    every: STEPS,
    config,
    device,
    ...(takes === 'one by one' ? { stepsAtOnce: 1 } : {}),
  });
  for await (const _ of run);
  const state = await run.state();
  await run.dispose();
  return Object.entries(state as TreeRecord<HostArray>).map(
    ([part, tree]): [part: string, numbers: Float32Array] => [part, numbersOf(tree)],
  );
}

const STEPS = 20;

/** The numbers of a state, in the order of its paths. */
export function numbersOf(state: Tree<HostArray>): Float32Array {
  const leaves = treeEntries(state).map(([path, { data }]) => ({ path, data }));
  leaves.sort((a, b) => (a.path < b.path ? -1 : 1));
  return joinNumbers(leaves.map(({ data }) => data));
}
