import { Rng } from '@lamo/core';
import { type HostArray, mapTree, type Tree } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import type { calQl } from '../src/algorithms/cal-ql';
import { cql } from '../src/algorithms/cql';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { FOUR, fourDataset, takeStep } from './one-step';
import {
  expectDescent,
  expectTargetsFollow,
  mean,
  type PlainArray,
  type PlainNetwork,
  row,
  sum,
  toPlain,
  valuesOf,
} from './plain';
import { type Actor, logDensityOf, policy, type Sample, sample, samples } from './plain-squashed';

interface State {
  readonly actor: Actor;
  readonly logAlpha: PlainArray;
  readonly critics: Readonly<Record<string, PlainNetwork>>;
  readonly logAlphaPrime: PlainArray;
  readonly targets: Readonly<Record<string, PlainNetwork>>;
  readonly actorOptimizer: { readonly first: PlainArray };
  readonly criticOptimizer: { readonly first: PlainArray };
}

type Config = ReturnType<typeof cql.config.parse>;

/** N, actions from each source. */
const SAMPLES = 3;
const GIVEN = {
  hiddenSize: 5,
  batchSize: 4,
  actorLayers: 3,
  criticLayers: 2,
  maxTargetBackup: 'none',
  sampledActions: SAMPLES,
  actorLearningRate: 0.01,
  criticLearningRate: 0.02,
  discount: 0.9,
  targetRate: 0.1,
  conservativeWeight: 3,
  temperature: 0.7,
  alphaMultiplier: 0.6,
  logStdMultiplier: 0.8,
};

/** Draws for ã, for a′ (one for each state, or several), and for the samples of π(s), of π(s′) and from everywhere. */
function makeDraws({ maxTargetBackup }: Config) {
  const rng = Rng.fromSeed(4);
  const normal = (choices: number) => Array.from({ length: 8 * choices }, () => rng.normal());
  return {
    own: normal(1),
    backup: normal(maxTargetBackup === 'none' ? 1 : SAMPLES),
    current: normal(SAMPLES),
    next: normal(SAMPLES),
    random: Array.from({ length: 8 * SAMPLES }, () => rng.uniform(0, 1)),
  };
}

type Drawn = ReturnType<typeof makeDraws>;

/** A state of random numbers: targets that are not the critics, and a second log σ above its limit. */
async function makeState(algorithm: AnyAlgorithm, config: Config): Promise<Tree<HostArray>> {
  const state = (await algorithm.init(fourDataset, config, Rng.fromSeed(2), {})) as Record<
    string,
    Tree<HostArray>
  >;
  const rng = Rng.fromSeed(3);
  const redraw = (tree: Tree<HostArray>) =>
    mapTree(tree, ({ shape, data }) => ({ shape, data: data.map(() => rng.uniform(-1, 1)) }));
  const drawn = ['actor', 'critics', 'targets', 'logAlpha', 'logAlphaPrime'].map(
    (name) => [name, redraw(state[name]!)] as const,
  );
  const made = { ...state, ...Object.fromEntries(drawn) };
  const { network } = made.actor as unknown as Actor;
  Object.values(network).at(-1)!.bias!.data[3] = 9;
  return made;
}

const observationOf = (i: number) => row(FOUR.observations, i);
const nextOf = (i: number) => row(FOUR.nextObservations, i);
/** Q(s, a) of every critic of every stack. */
const judge = (stacks: State['critics'], observation: readonly number[], action: readonly number[]) =>
  Object.values(stacks).flatMap((critics) => valuesOf(critics, observation, action));
const logSumExp = (x: readonly number[]) => Math.log(sum(x.map(Math.exp)));

/** The actor's part: what its loss is, α and the entropy held where the definition holds them. */
function improvement({ actor, logAlpha, critics }: State, { own }: Drawn, config: Config) {
  const alpha = Math.exp(logAlpha.data[0]!) * config.alphaMultiplier;
  const sampled = () => FOUR.rewards.map((_, i) => sample(policy(actor, observationOf(i)), row(own, i)));
  const entropy = -mean(sampled().map(({ logDensity }) => logDensity));
  const goal = (action: readonly number[], i: number) => {
    if (config.bcSteps === 0) return Math.min(...judge(critics, observationOf(i), action));
    return logDensityOf(policy(actor, observationOf(i)), row(FOUR.actions, i).map(Math.atanh));
  };
  const actorLoss = () =>
    mean(sampled().map(({ action, logDensity }, i) => alpha * logDensity - goal(action, i)));
  const alphaLoss = () => (config.tuneEntropy ? logAlpha.data[0]! * (entropy + 2) : 0);
  return { alpha, entropy, actorLoss, alphaLoss };
}

/** What follows a state: the value of one action, or the best of several, as the smaller critic has it or each. */
function following({ actor, targets }: State, { backup }: Drawn, config: Config, alpha: number): number[] {
  return FOUR.rewards.map((_, i) => {
    const choices = samples(policy(actor, nextOf(i)), backup, i);
    const values = choices.map(({ action }) => judge(targets, nextOf(i), action)); // [K][2]
    const smaller = values.map((each) => Math.min(...each));
    const chosen = smaller.indexOf(Math.max(...smaller));
    const best = [0, 1].map((critic) => Math.max(...values.map((each) => each[critic]!)));
    const value = config.maxTargetBackup === 'before-min' ? Math.min(...best) : smaller[chosen]!;
    return config.backupEntropy ? value - alpha * choices[chosen]!.logDensity : value;
  });
}

/** Actions of each state from everywhere, from π(s′) and from π(s), [4][3 N]. */
function sampleActions({ actor }: State, { random, next, current }: Drawn): Sample[][] {
  return FOUR.rewards.map((_, i) => [
    ...Array.from({ length: SAMPLES }, (_, k) => ({
      action: row(row(random, i, 2 * SAMPLES), k).map((u) => 2 * u - 1),
      logDensity: 2 * Math.log(0.5),
    })),
    ...samples(policy(actor, nextOf(i)), next, i),
    ...samples(policy(actor, observationOf(i)), current, i),
  ]);
}

/** Below what value each state's actions of the policy are not pushed: what was earned from there, for Cal-QL alone. */
const leastOf = (i: number, config: Config) =>
  'cutReturns' in config ? FOUR.returnsToGo[i]! : Number.NEGATIVE_INFINITY;

/** Which share of the actions of policies both critics value below that. */
function calibratedShare(critics: State['critics'], sampled: readonly Sample[][], config: Config): number {
  const below = sampled.flatMap((each, i) =>
    each
      .slice(SAMPLES)
      .flatMap(({ action }) =>
        judge(critics, observationOf(i), action).map((value) => Number(value < leastOf(i, config))),
      ),
  );
  return mean(below);
}

/** How much more each critic thinks of sampled actions than of the data's: the mean over the states. */
function gapsOf(critics: State['critics'], sampled: readonly Sample[][], config: Config): number[] {
  const { temperature, clipMin, clipMax, importanceSampling } = config;
  const gapOf = (critic: number) => (_: number, i: number) => {
    const value = (action: readonly number[]) => judge(critics, observationOf(i), action)[critic]!;
    const data = value(row(FOUR.actions, i));
    const calibrated = ({ action }: Sample, k: number) =>
      k < SAMPLES ? value(action) : Math.max(value(action), leastOf(i, config));
    const own = sampled[i]!.map(
      (each, k) => calibrated(each, k) - (importanceSampling ? each.logDensity : 0),
    );
    const scores = importanceSampling ? own : [...own, data];
    const gap = temperature * logSumExp(scores.map((z) => z / temperature)) - data;
    return Math.min(Math.max(gap, clipMin ?? -Infinity), clipMax ?? Infinity);
  };
  return [0, 1].map((critic) => mean(FOUR.rewards.map(gapOf(critic))));
}

/** The critics' part: what their losses are, α′ and what it looks at held where the definition holds them. */
function evaluation(state: State, drawn: Drawn, targets: readonly number[], config: Config) {
  const { critics, logAlphaPrime } = state;
  const { conservativeWeight: weight, targetGap, weighTargetGap } = config;
  const sampled = sampleActions(state, drawn);
  const gaps = () => gapsOf(critics, sampled, config);
  const values = () => FOUR.rewards.map((_, i) => judge(critics, observationOf(i), row(FOUR.actions, i)));
  const excess = () =>
    sum(gaps().map((gap) => weight * gap - (targetGap ?? 0) * (weighTargetGap ? weight : 1)));
  const [alphaPrime, held] = [Math.exp(logAlphaPrime.data[0]!), excess()];
  return {
    alphaPrime,
    gap: () => mean(gaps()),
    calibratedShare: () => calibratedShare(critics, sampled, config),
    value: () => mean(values().flat()),
    sampledValue: () =>
      mean(
        sampled.flatMap((each, i) => each.flatMap(({ action }) => judge(critics, observationOf(i), action))),
      ),
    criticLoss: () => mean(values().map((own, i) => sum(own.map((q) => (q - targets[i]!) ** 2)))),
    conservativeLoss: () => (targetGap === null ? 1 : alphaPrime) * excess(),
    /** Half, since the reference takes the mean over its two critics. */
    alphaPrimeLoss: () => (targetGap === null ? 0 : -0.5 * Math.exp(logAlphaPrime.data[0]!) * held),
  };
}

interface Outcome {
  readonly before: State;
  readonly after: State;
  readonly config: Config;
  readonly drawn: Drawn;
  metric(name: string): number;
}

function expectMetrics({ metric }: Outcome, expected: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(expected)) {
    // Float32 against double precision; what should be 0 is.
    if (value === 0) expect(metric(name), name).toBe(0);
    else expect(metric(name) / value, name).toBeCloseTo(1, 5);
  }
}

function checkActor(outcome: Outcome): void {
  const { before, after, config, drawn } = outcome;
  const { alpha, entropy, actorLoss, alphaLoss } = improvement(before, drawn, config);
  expectMetrics(outcome, { alpha, entropy, actorLoss: actorLoss(), alphaLoss: alphaLoss() });
  const parts = ({ actor, logAlpha }: State) => ({ actor, logAlpha });
  const [own, moved, optimizer] = [parts(before), parts(after), after.actorOptimizer];
  expectDescent(
    { before: own, after: moved, optimizer, learningRate: 0.01 },
    () => actorLoss() + alphaLoss(),
  );
}

function checkCritics(outcome: Outcome): void {
  const { before, after, config, drawn } = outcome;
  const next = following(before, drawn, config, improvement(before, drawn, config).alpha);
  const targets = FOUR.rewards.map((reward, i) => reward + 0.9 * (1 - FOUR.terminated[i]!) * next[i]!);
  const part = evaluation(before, drawn, targets, config);
  expectMetrics(outcome, {
    nextValue: mean(next),
    value: part.value(),
    sampledValue: part.sampledValue(),
    gap: part.gap(),
    criticLoss: part.criticLoss(),
    conservativeLoss: part.conservativeLoss(),
    ...(config.targetGap === null ? {} : { alphaPrime: part.alphaPrime }),
    ...('cutReturns' in config ? { calibratedShare: part.calibratedShare() } : {}),
  });
  if ('cutReturns' in config) expect(Math.abs(part.calibratedShare() - 0.5)).toBeLessThan(0.5); // some, not all
  const parts = ({ critics, logAlphaPrime }: State) => ({ critics, logAlphaPrime });
  const [own, moved, optimizer] = [parts(before), parts(after), after.criticOptimizer];
  expectDescent({ before: own, after: moved, optimizer, learningRate: 0.02 }, () =>
    sum([part.criticLoss(), part.conservativeLoss(), part.alphaPrimeLoss()]),
  );
}

/** Small networks that learn quickly, with the gap weighed lightly. */
export const SMALL = {
  hiddenSize: 32,
  batchSize: 32,
  sampledActions: 4,
  actorLearningRate: 3e-3,
  criticLearningRate: 3e-3,
  conservativeWeight: 0.5,
};

/** Tests one step of CQL, or of Cal-QL, against its definition in plain arithmetic, with settings beside those that all have. */
export function testConservativeStep(
  name: string,
  settings: object,
  algorithm: typeof cql | typeof calQl = cql,
): void {
  describe(`one step of ${algorithm.title} ${name}, against its definition in plain arithmetic`, () => {
    let outcome: Outcome;
    beforeAll(async () => {
      const config = algorithm.config.parse({ ...GIVEN, ...settings });
      const drawn = makeDraws(config);
      const state = await makeState(algorithm, config);
      const normal = [drawn.own, drawn.backup, drawn.current, drawn.next];
      const { after, metric } = await takeStep(algorithm, config, state, {
        normal,
        uniform: [drawn.random],
      });
      outcome = { before: toPlain(state), after: toPlain(after), config, drawn, metric };
    });

    it('has the losses of the actor and of α, and descends both', () => checkActor(outcome));

    it('has the losses of the critics and of α′, and descends them', () => checkCritics(outcome));

    it('moves the targets towards the new critics', () => {
      const { before, after } = outcome;
      expectTargetsFollow(before.targets, after.targets, after.critics);
    });
  });
}
