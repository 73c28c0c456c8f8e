import { openDevice } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { FOUR, takeStep } from '../../test/one-step';
import { makeState, type State, sample } from '../../test/pessimistic-step';
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
} from '../../test/plain';
import { meanReturn, pointEnvironment } from '../../test/point-environment';
import { loggedPoint, numbersOf, trainPoint } from '../../test/train-point';
import { parseConfig } from '../engine/parse-config';
import { train } from '../engine/train';
import { type ActingSettings, actingSettings, createExperience } from '../online/experience';
import { rlpd, rlpdOnTransitions } from './rlpd';

const GIVEN = {
  hiddenSize: 5,
  batchSize: 4,
  criticCount: 3,
  targetCritics: 2,
  actorLearningRate: 0.01,
  criticLearningRate: 0.02,
  alphaLearningRate: 0.3,
  discount: 0.9,
  targetRate: 0.1,
  policyDelay: 2,
};
/** Of the targets the last one is drawn, then the first, which is the lower one of both; the second is not. */
const UNIFORM = [0.5, 0.1, 0.9];
const JUDGES = [0, 2];
/** Draws for a′, then for ã. */
const DRAWS = [
  [-0.8, 0.2, 1.9, -0.3, 0.5, -1.7, 0.4, 0.9],
  [0.3, -1.2, 0.7, 1.4, -0.4, 0.1, 1.1, -0.6],
] as const;

/** Σᵢ mean of (Qᵢ(s, a) − y)², the lowest target of those that were drawn. */
function criticLoss(
  critics: PlainNetwork,
  { actor, logAlpha, targets }: State,
  backupEntropy: boolean,
): number {
  const alpha = backupEntropy ? Math.exp(logAlpha.data[0]!) : 0;
  const errors = FOUR.rewards.map((reward, i) => {
    const next = row(FOUR.nextObservations, i);
    const { action, logDensity } = sample(actor, next, row(DRAWS[0], i));
    const judged = valuesOf(targets, next, action);
    const future = Math.min(...JUDGES.map((n) => judged[n]!)) - alpha * logDensity;
    const target = reward + 0.9 * (1 - FOUR.terminated[i]!) * future;
    return sum(
      valuesOf(critics, row(FOUR.observations, i), row(FOUR.actions, i)).map((q) => (q - target) ** 2),
    );
  });
  return mean(errors);
}

const sampled = (actor: PlainNetwork) =>
  FOUR.rewards.map((_, i) => sample(actor, row(FOUR.observations, i), row(DRAWS[1], i)));

/** Mean of α log π(ã|s) less the mean of all critics' values. */
function actorLoss(actor: PlainNetwork, critics: PlainNetwork, logAlpha: PlainArray): number {
  const alpha = Math.exp(logAlpha.data[0]!);
  const losses = sampled(actor).map(
    ({ action, logDensity }, i) =>
      alpha * logDensity - mean(valuesOf(critics, row(FOUR.observations, i), action)),
  );
  return mean(losses);
}

/** log α times what the entropy is above half of minus the size of an action, two. */
const alphaLoss = (logAlpha: PlainArray, actor: PlainNetwork) =>
  logAlpha.data[0]! * (mean(sampled(actor).map(({ logDensity }) => -logDensity)) + 1);

describe.each([true, false])(
  'one step of RLPD, entropy in the target %s, in plain arithmetic',
  (backupEntropy) => {
    let before: State;
    let steps: { readonly after: State; metric(name: string): number }[];
    beforeAll(async () => {
      const config = parseConfig(rlpdOnTransitions, { ...GIVEN, backupEntropy });
      const state = await makeState(rlpdOnTransitions, config);
      before = toPlain(state);
      steps = [];
      for (const turn of [0, 1]) {
        const draws = { normal: DRAWS.slice(0, turn + 1), uniform: [UNIFORM] };
        const { after, metric } = await takeStep(rlpdOnTransitions, config, state, draws, turn);
        steps.push({ after: toPlain(after), metric });
      }
    });

    it.each([0, 1])('steps the critics, by the lowest of the targets that were drawn, in turn %i', (turn) => {
      const { after, metric } = steps[turn]!;
      const loss = () => criticLoss(before.critics, before, backupEntropy);
      expect(metric('criticLoss') / loss()).toBeCloseTo(1, 5); // float32 against double precision, here and below
      const [own, moved] = [before.critics, after.critics];
      expectDescent(
        { before: own, after: moved, optimizer: after.criticOptimizer, learningRate: 0.02 },
        loss,
      );
      expectTargetsFollow(before.targets, after.targets, after.critics);
    });

    it('leaves the actor and α as they are, but for one turn', () => {
      const { actor, logAlpha, actorOptimizer, alphaOptimizer } = before;
      expect(steps[0]!.after).toMatchObject({ actor, logAlpha, actorOptimizer, alphaOptimizer });
    });

    it('then steps the actor, by the mean of the critics after their step', () => {
      const { after, metric } = steps[1]!;
      const loss = () => actorLoss(before.actor, after.critics, before.logAlpha);
      expect(metric('actorLoss') / loss()).toBeCloseTo(1, 5);
      const [own, moved] = [before.actor, after.actor];
      expectDescent({ before: own, after: moved, optimizer: after.actorOptimizer, learningRate: 0.01 }, loss);
    });

    it('then moves α, so that the entropy of the policy before that nears minus half the size of an action', () => {
      const { after, metric } = steps[1]!;
      const loss = () => alphaLoss(before.logAlpha, before.actor);
      expect(metric('alphaLoss') / loss()).toBeCloseTo(1, 5);
      const [own, moved] = [{ logAlpha: before.logAlpha }, { logAlpha: after.logAlpha }];
      expectDescent({ before: own, after: moved, optimizer: after.alphaOptimizer, learningRate: 0.3 }, loss);
    });
  },
);

const SMALL = {
  batchSize: 32,
  hiddenSize: 16,
  criticCount: 3,
  policyDelay: 4,
  actorLearningRate: 3e-3,
  criticLearningRate: 3e-3,
  alphaLearningRate: 3e-3,
};

/** Acts around a point from the first step on, with what was logged there at random; four gradient steps for each of its own. */
async function act(steps: number, more: Partial<Parameters<typeof trainPoint>[1]> = {}) {
  const given = { ...rlpd.acting, dataset: await loggedPoint(), updateRatio: 4, randomSteps: 3 };
  return trainPoint(rlpd, { steps, seed: 2, given, config: SMALL, ...more });
}

describe('RLPD', () => {
  it('learns a task in few steps of its own, beside what was logged', async () => {
    const { run, experience } = await act(800);
    expect(experience.replay.size).toBe(3 + 200);
    const policy = (await run.result()) as never as Parameters<typeof meanReturn>[0];
    // Random pulls have −14, staying put −6; a policy whose critics have the wrong sign ends below −20.
    expect(await meanReturn(policy)).toBeGreaterThan(-1.5);
    await run.dispose();
  });

  it('does the same twice with one seed, and continues in an episode as if it had not been stopped', async () => {
    const [whole, same, first] = [await act(96), await act(96), await act(52)];
    expect(numbersOf(await same.run.checkpoint())).toEqual(numbersOf(await whole.run.checkpoint()));
    const { header, state } = await first.run.checkpoint();
    const resume = { header: JSON.parse(JSON.stringify(header)) as object, state };
    const rest = await act(96, { resume, replay: whole.experience.replay.dataset() });
    expect(numbersOf(await rest.run.checkpoint())).toEqual(numbersOf(await whole.run.checkpoint()));
    for (const { run } of [whole, same, first, rest]) await run.dispose();
  });

  it.each([
    ['twenty gradient steps for each of its own', {}, 6 + 3],
    ['as many as it is told', { updateRatio: 10 }, 6 + 6],
    ['several of its own at once, if it is told so', { stepsAtOnce: 2 }, 6 + 4],
  ])('takes %s, without being told how it acts', async (_, given, rows) => {
    const dataset = await loggedPoint();
    const environment = pointEnvironment();
    const experience = createExperience({ environment, dataset, randomSteps: 6, ...given });
    const device = await openDevice('cpu', { threads: 1 });
    const run = await train(rlpd, experience, { steps: 60, device, config: SMALL, every: 20 });
    for await (const _ of run);
    expect(experience.replay.size).toBe(rows);
    await run.dispose();
  });

  it('is another training where it is told to act otherwise, and the same where it is told what it does anyway', () => {
    const hashOf = (given: Partial<ActingSettings>) =>
      rlpd.data.identify(createExperience({ environment: pointEnvironment(), ...given })).hash;
    expect(hashOf(rlpd.acting)).toBe(hashOf({}));
    expect(hashOf({ updateRatio: 1 })).not.toBe(hashOf({}));
  });

  it('acts as its paper does: 5,000 random steps, then one after twenty gradient steps', () => {
    const experience = createExperience({ environment: pointEnvironment() });
    const whole = { offlineSteps: 0, randomSteps: 5000, stepsAtOnce: 1, updateRatio: 20, offlineShare: 0 };
    expect(actingSettings(experience, rlpd.acting)).toEqual(whole);
    expect(rlpd.cycle(parseConfig(rlpd) as never)).toHaveLength(20);
  });

  it('refuses gradient steps that are not whole for its one step, before anything is trained', async () => {
    const experience = createExperience({ environment: pointEnvironment(), updateRatio: 0.5 });
    await expect(train(rlpd, experience, { steps: 4, config: SMALL })).rejects.toThrow(
      /updateRatio. must be .* whole for 1 step in the environment/,
    );
  });

  it('draws from all targets unless told otherwise, and refuses to draw more than there are', async () => {
    const experience = createExperience({ environment: pointEnvironment(), randomSteps: 8 });
    const device = await openDevice('cpu', { threads: 1 });
    const config = { ...SMALL, criticCount: 2, targetCritics: 2 };
    const run = await train(rlpd, experience, { steps: 4, device, config });
    for await (const { metrics } of run) expect(Number.isFinite(metrics.criticLoss)).toBe(true);
    await run.dispose();
    expect(() => parseConfig(rlpd, { criticCount: 2, targetCritics: 3 })).toThrow(
      /'targetCritics' is not valid: there are only as many critics as criticCount says/,
    );
  });
});
