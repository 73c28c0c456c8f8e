import { type BatchSource, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { type HostArray, hostArray, openDevice, type Tree } from '@lamo/runtime';
import { expect } from 'vitest';
import type { AnyAlgorithm, Loaded } from '../src/engine/algorithm';
import { trainingProgram } from '../src/engine/program';
import { type DatasetSpec, datasetKind, datasetSpec } from '../src/kinds/dataset';

/**
 * What observations are standardised by. It is far from the identity: wherever a step forgets to standardise, or does it twice,
 * its numbers are other ones.
 */
const SCALER = { mean: [3, -20], standardDeviation: [0.25, 8] };

/** Four transitions with two observations and two actions each, as they were logged; the second one terminated. */
const LOGGED = {
  observations: [3.125, -21.6, 3.25, -17.6, 2.825, -19.2, 3.1, -12.8],
  actions: [0.3, -0.9, 0.8, 0.1, -0.4, 0.6, 0.2, -0.1],
  rewards: [1, -0.5, 2, 0.25],
  nextObservations: [3.15, -20.8, 3, -20, 2.875, -17.6, 3.05, -13.6],
  nextActions: [0.1, 0.4, -0.3, 0.2, 0.9, -0.8, 0.5, 0.3],
  terminated: [0, 1, 0, 0],
  returnsToGo: [0.6, -0.5, -1.5, 0.25],
};

/** Standardises rows of two observations as {@link runStep} has it. */
export const standardised = (observations: readonly number[]) =>
  observations.map((x, i) => (Math.fround(x) - SCALER.mean[i % 2]!) / SCALER.standardDeviation[i % 2]!);

/** The same transitions as networks are to see them: every observation standardised, once. */
export const FOUR = {
  ...LOGGED,
  observations: standardised(LOGGED.observations),
  nextObservations: standardised(LOGGED.nextObservations),
};

const { nextObservations: _, nextActions: __, returnsToGo: ___, ...columns } = LOGGED;

/** The dataset that networks for {@link FOUR} are made for. */
export const fourDataset = createDataset({
  ...columns,
  truncated: [0, 0, 0, 0],
  observationSize: 2,
  actionSize: 2,
});

/** The classes that were chosen in the same transitions, of three, where actions are classes. */
const CHOSEN = [2, 0, 1, 2];
/** Those that were chosen next. */
const NEXT_CHOSEN = [1, 2, 0, 0];
const ofClasses = (choices: readonly number[]) =>
  choices.flatMap((chosen) => [0, 1, 2].map((column) => Number(column === chosen)));
const oneHot = ofClasses(CHOSEN);

/** {@link FOUR} with classes in place of amounts, as networks are to see them. */
export const FOUR_CHOICES = { ...FOUR, actions: oneHot, chosen: CHOSEN, nextChosen: NEXT_CHOSEN };

/** The dataset that networks for {@link FOUR_CHOICES} are made for. */
export const fourChoices = createDataset({
  ...columns,
  actions: CHOSEN,
  truncated: [0, 0, 0, 0],
  observationSize: 2,
  actionSpace: { kind: 'discrete', count: 3 },
});

/** What {@link takeStep} returns. */
export interface OneStep {
  readonly after: Tree<HostArray>;
  metric(name: string): number;
}

/** The draws of a step, each kind in the order in which the step asks for it. */
export interface Draws {
  readonly normal?: readonly (readonly number[])[];
  readonly uniform?: readonly (readonly number[])[];
}

/** What {@link runStep} needs to know besides the algorithm. */
interface StepParts {
  readonly config: object;
  readonly state: Tree<HostArray>;
  /** Which step of a cycle it is. @default the first */
  readonly turn?: number;
  readonly source: BatchSource;
  /** The batch as it was logged, by name. */
  readonly logged: Readonly<Record<string, readonly number[]>>;
  readonly draws?: Draws;
  readonly loaded?: Loaded;
  /** @default that of {@link fourDataset} */
  readonly spec?: DatasetSpec;
}

/** Takes one step on our device, compiled, with given draws; observations are standardised by a scaler of the tests' own. */
export async function runStep(algorithm: AnyAlgorithm, parts: StepParts): Promise<OneStep> {
  const { config, state, turn = 0, source, logged, draws = {}, loaded } = parts;
  const { spec = datasetSpec(fourDataset) } = parts;
  const scaler = {
    mean: hostArray([2], SCALER.mean),
    standardDeviation: hostArray([2], SCALER.standardDeviation),
  };
  const before = { ...(state as Readonly<Record<string, Tree<HostArray>>>), scaler };
  const { program, cycle } = trainingProgram(
    { algorithm, config, source, spec, ...(loaded && { loaded }) },
    before,
  );
  const variant = cycle[turn]!;
  const executable = await (await openDevice('cpu', { threads: 1 })).compile(program);
  for (const [name, into] of Object.entries(executable.inputs)) into.set(logged[name.slice('0/'.length)]!);
  const remaining = { normal: [...(draws.normal ?? [])], uniform: [...(draws.uniform ?? [])] };
  const fill = (kind: 'normal' | 'uniform') => (target: Float32Array) => {
    const drawn = remaining[kind].shift();
    expect(drawn, `a ${kind} draw of ${target.length} numbers`).toHaveLength(target.length);
    target.set(drawn!);
  };
  const fillDropout = () => expect.unreachable();
  await executable.run(variant, { fillNormal: fill('normal'), fillUniform: fill('uniform'), fillDropout });
  expect(remaining).toEqual({ normal: [], uniform: [] });
  const after = (await executable.readState()) as typeof before;
  expect(after.scaler).toEqual(scaler);
  const outputs = Object.fromEntries(
    Object.entries(executable.outputs[variant]!).map(([name, values]) => [name, values[0]!]),
  );
  await executable.dispose();
  return { after, metric: (name) => outputs[`0/${name}`]! };
}

/** Takes one step on what was logged of {@link FOUR}. */
export async function takeStep(
  algorithm: AnyAlgorithm,
  config: object,
  state: Tree<HostArray>,
  draws: Draws = {},
  turn = 0,
): Promise<OneStep> {
  const source = await algorithm.batches(fourDataset, config, Rng.fromSeed(1), {});
  return runStep(algorithm, { config, state, turn, source, logged: LOGGED, draws });
}

/** Takes one step on what was logged of {@link FOUR_CHOICES}. */
export async function takeChoice(
  algorithm: AnyAlgorithm,
  config: object,
  state: Tree<HostArray>,
): Promise<OneStep> {
  const { data, spec } = datasetKind.prepare(fourChoices, {});
  const source = await algorithm.batches(data, config, Rng.fromSeed(1), {});
  const logged = { ...LOGGED, actions: oneHot, nextActions: ofClasses(NEXT_CHOSEN) };
  return runStep(algorithm, { config, state, source, spec, logged });
}
