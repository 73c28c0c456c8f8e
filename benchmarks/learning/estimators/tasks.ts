import { type AnyAlgorithm, awac, bc, cql, iql, rebrac, td3Bc } from '@lamo/algos';
import type { Dataset, Environment } from '@lamo/core';
import { findCollector, findEnvironment } from '@lamo/eval';
import { thermostat, thermostatLog } from '../thermostat';

/** A policy to judge: an algorithm after some steps. */
export interface Candidate {
  readonly algorithm: AnyAlgorithm;
  readonly steps: number;
  readonly seed: number;
  /** Settings beside those of the task. */
  readonly config?: object;
}

/** A log, what may judge by it, and where policies show what they are worth. */
export interface StudyTask {
  readonly name: string;
  readonly discount: number;
  log(): Promise<Dataset>;
  /** Name of an environment, or what makes one. */
  readonly environment: string | (() => Environment);
  /** Steps after which the log is cut; a policy is played further where what comes then counts. */
  readonly limit: number;
  /** Range of actions, if they are amounts. */
  readonly range: { readonly actionLow?: number; readonly actionHigh?: number };
  readonly candidates: readonly Candidate[];
  /** Steps of FQE, and how many of them until its targets are replaced. */
  readonly fqe: readonly [steps: number, targetEvery: number];
}

const after = (algorithm: AnyAlgorithm, seed: number, ...steps: number[]): Candidate[] =>
  steps.map((count) => ({ algorithm, steps: count, seed }));

/** A day goes on: nobody turns the heating off at midnight. */
const BEYOND = 120;

function endlessThermostat(): Environment {
  const room = thermostat();
  let steps = 0;
  return {
    ...room,
    spec: { ...room.spec, maxEpisodeSteps: BEYOND },
    reset(seed) {
      steps = 0;
      return room.reset(seed);
    },
    step(action) {
      steps += 1;
      return { ...room.step(action), truncated: steps === BEYOND };
    },
  };
}

const collect = (environment: string, rows: number, collector?: string) => async () => {
  const found = findEnvironment(environment);
  return findCollector(found, collector).collect(found, { rows, seed: 0, noise: true });
};

/** From broken policies to good ones: mere beginnings, imitation on its way, and what learns from rewards. */
export const TASKS: readonly StudyTask[] = [
  {
    name: 'cartpole',
    discount: 0.97,
    log: collect('cartpole-v1', 20_000),
    environment: 'cartpole-v1',
    limit: 500,
    range: {},
    candidates: [
      ...after(bc, 0, 0, 2, 4, 10, 20, 1000),
      ...after(bc, 1, 0, 3, 6),
      ...after(iql, 0, 100, 3000),
      ...after(cql, 0, 100, 3000),
    ],
    fqe: [10_000, 50],
  },
  {
    name: 'thermostat',
    discount: 0.9,
    log: async () => thermostatLog(),
    environment: endlessThermostat,
    limit: 24,
    range: { actionLow: 0, actionHigh: 3 },
    candidates: [
      ...after(bc, 0, 0, 30, 200, 2000),
      ...after(bc, 1, 0),
      ...after(td3Bc, 0, 200, 2000),
      ...after(iql, 0, 200, 2000),
      ...after(awac, 0, 2000),
      ...after(rebrac, 0, 500, 2000),
    ],
    fqe: [5000, 100],
  },
  {
    name: 'hopper',
    discount: 0.99,
    log: collect('hopper-v4', 100_000, 'medium'),
    environment: 'hopper-v4',
    limit: 1000,
    range: {},
    candidates: [
      ...after(bc, 0, 0, 100, 500, 5000),
      ...after(bc, 1, 0, 200),
      ...after(td3Bc, 0, 1000, 20_000),
      ...after(iql, 0, 1000, 20_000),
      ...after(awac, 0, 5000),
      ...after(rebrac, 0, 20_000),
    ],
    fqe: [40_000, 100],
  },
];
