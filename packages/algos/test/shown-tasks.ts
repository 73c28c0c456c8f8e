import { type Dataset, Rng, type Task } from '@lamo/core';
import { createDataset } from '@lamo/data';

/** Tasks that are told by one number: to follow what is seen, or to oppose it, or nothing, or something between. */
export const tasks: readonly Task[] = [1, -1, 0, 0.5].map((code) => ({
  name: `times ${code}`,
  code: [code],
}));

/** Shows how a task is done: an episode of a few rows, observations [seen, task], actions seen · task / 2. */
export function showTask({ name, code }: Task, seed: number, { rows = 6, episodes = 1 } = {}): Dataset {
  const rng = Rng.fromSeed(seed).split(name);
  const count = rows * episodes;
  const seen = Array.from({ length: count }, () => rng.uniform(-1, 1));
  return createDataset({
    name,
    observations: seen.map((x) => [x, code[0]!]),
    observationSpace: { kind: 'vector', parts: { task: { start: 1, end: 2 } } },
    actions: seen.map((x) => [(x * code[0]!) / 2]),
    rewards: seen.map(() => 0),
    terminated: seen.map((_, row) => row % rows === rows - 1),
  });
}
