import { createDataset, Rng } from '@lamo/data';
import { type HostArray, openDevice, type Tree } from '@lamo/runtime';
import { expect } from 'vitest';
import type { AnyAlgorithm } from '../src/algorithm';
import { trainingProgram } from '../src/program';

/** Four transitions with two observations and two actions each; the second one terminated. */
export const FOUR = {
  observations: [0.5, -0.2, 1, 0.3, -0.7, 0.1, 0.4, 0.9],
  actions: [0.3, -0.9, 0.8, 0.1, -0.4, 0.6, 0.2, -0.1],
  rewards: [1, -0.5, 2, 0.25],
  nextObservations: [0.6, -0.1, 0, 0, -0.5, 0.3, 0.2, 0.8],
  nextActions: [0.1, 0.4, -0.3, 0.2, 0.9, -0.8, 0.5, 0.3],
  terminated: [0, 1, 0, 0],
};

/** The dataset that networks for {@link FOUR} are made for. */
export const fourDataset = createDataset({
  ...FOUR,
  truncated: [0, 0, 0, 0],
  observationSize: 2,
  actionSize: 2,
});

/** What {@link takeStep} returns. */
export interface OneStep {
  readonly after: Tree<HostArray>;
  metric(name: string): number;
}

/**
 * Takes one step on our device, compiled, with given draws.
 *
 * @param normals standard normal draws in the order in which the step asks for them
 */
export async function takeStep(
  algorithm: AnyAlgorithm,
  config: object,
  before: Tree<HostArray>,
  variant: string,
  normals: readonly (readonly number[])[],
): Promise<OneStep> {
  const source = await algorithm.batches(fourDataset, config, Rng.fromSeed(1), {});
  const { program } = trainingProgram(algorithm, config, before, source);
  const executable = await (await openDevice('cpu', { threads: 1 })).compile(program);
  for (const [name, into] of Object.entries(executable.inputs)) {
    into.set(FOUR[name.slice('0/'.length) as keyof typeof FOUR]);
  }
  const remaining = [...normals];
  const refuse = () => expect.unreachable();
  const fillNormal = (target: Float32Array) => target.set(remaining.shift()!);
  await executable.run(variant, { fillNormal, fillUniform: refuse, fillDropout: refuse });
  expect(remaining).toEqual([]);
  const after = await executable.readState();
  const outputs = Object.fromEntries(
    Object.entries(executable.outputs[variant]!).map(([name, values]) => [name, values[0]!]),
  );
  await executable.dispose();
  return { after, metric: (name) => outputs[`0/${name}`]! };
}
