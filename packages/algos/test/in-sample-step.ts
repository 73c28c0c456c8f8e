import { Rng } from '@lamo/core';
import { type HostArray, hostArray, mapTree, type Tree } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { datasetSpec } from '../src/kinds/dataset';
import { FOUR, FOUR_CHOICES, fourChoices, fourDataset, takeChoice, takeStep } from './one-step';
import {
  expectDescent,
  expectTargetsFollow,
  forward,
  mean,
  type PlainArray,
  type PlainNetwork,
  plainCrossEntropy,
  row,
  sum,
  toPlain,
  valuesOf,
} from './plain';

type Network<Leaf> = Readonly<Record<string, Readonly<Record<string, Leaf>>>>;

interface StateOf<Leaf> {
  /** Of classes only logits. */
  readonly actor: { readonly mean: Network<Leaf>; readonly logStd: Leaf; readonly logits?: Network<Leaf> };
  readonly value: Network<Leaf>;
  readonly critics: Network<Leaf>;
  readonly targets: Network<Leaf>;
  readonly actorOptimizer: { readonly first: Leaf };
  readonly valueOptimizer: { readonly first: Leaf };
  readonly criticOptimizer: { readonly first: Leaf };
}

type State = StateOf<PlainArray>;

/** The losses of V and of the critics in plain arithmetic. */
export interface PlainLosses {
  /** Of advantages; what a step holds constant is taken from those before it. */
  value(advantages: readonly number[], before: readonly number[]): number;
  /** Of the distance of one critic's value to its target. */
  critic(distance: number): number;
}

/** Settings under which clipping matters everywhere. */
const GIVEN = {
  hiddenSize: 5,
  batchSize: 4,
  learningRate: 0.01,
  discount: 0.9,
  targetRate: 0.1,
  inverseTemperature: 20,
  minLogStd: -1,
  largestAction: 0.5,
};

/** What actions are. */
type Kind = 'amounts' | 'classes';

const actions = FOUR.actions.map((action) => Math.min(0.5, Math.max(-0.5, action)));
const stateValue = (value: PlainNetwork, observation: readonly number[]) => forward(value, observation)[0]!;
/** The actions that critics are to see. */
const actionOf = (kind: Kind, i: number) =>
  kind === 'amounts' ? row(actions, i) : row(FOUR_CHOICES.actions, i, 3);
const choiceValues = (kind: Kind, critics: PlainNetwork, i: number) =>
  valuesOf(critics, row(FOUR.observations, i), actionOf(kind, i));

function advantages(kind: Kind, value: PlainNetwork, targets: PlainNetwork): number[] {
  return FOUR.rewards.map(
    (_, i) => Math.min(...choiceValues(kind, targets, i)) - stateValue(value, row(FOUR.observations, i)),
  );
}

function actorLoss({ mean: network, logStd, logits }: State['actor'], weights: readonly number[]): number {
  const losses = weights.map((weight, i) => {
    if (logits !== undefined) {
      const outputs = forward(logits, row(FOUR.observations, i));
      return weight * plainCrossEntropy(outputs, FOUR_CHOICES.chosen[i]!);
    }
    const means = forward(network, row(FOUR.observations, i)).map(Math.tanh);
    const densities = row(actions, i).map((action, j) => {
      const sigma = Math.exp(Math.max(-1, logStd.data[j]!));
      return Math.exp(-(((action - means[j]!) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
    });
    return -weight * Math.log(densities[0]! * densities[1]!);
  });
  return mean(losses);
}

/** A state of random numbers whose targets are not its critics, and whose second log σ is below its bound. */
async function makeState(algorithm: AnyAlgorithm, config: object, kind: Kind) {
  const state = (await algorithm.init(
    datasetSpec(kind === 'amounts' ? fourDataset : fourChoices),
    config,
    Rng.fromSeed(2),
    {},
  )) as unknown as StateOf<HostArray>;
  const rng = Rng.fromSeed(3);
  const redraw = (tree: Tree<HostArray>) =>
    mapTree(tree, ({ shape, data }) =>
      hostArray(
        shape,
        data.map(() => rng.uniform(-1, 1)),
      ),
    );
  const { actor, value, critics } = state;
  const drawn = {
    actor: redraw(actor),
    value: redraw(value),
    critics: redraw(critics),
    targets: redraw(critics),
  };
  const networks = drawn as unknown as StateOf<HostArray>;
  if (kind === 'amounts') networks.actor.logStd.data.set([0.3, -2]);
  // Some actions are to be better than V says, and some worse.
  const plain = toPlain<State>(drawn as Tree<HostArray>);
  networks.value['2']!.bias!.data[0]! += mean(advantages(kind, plain.value, plain.targets));
  return { ...state, ...drawn } as Tree<HostArray>;
}

/** What a step changed. */
interface Outcome {
  readonly kind: Kind;
  readonly before: State;
  readonly after: State;
  metric(name: string): number;
}

/** What {@link expectDescent} needs to know of a network and its optimiser. */
function descentOf({ before, after }: Outcome, part: 'actor' | 'value' | 'critic') {
  const network = part === 'critic' ? 'critics' : part;
  return {
    before: before[network],
    after: after[network],
    optimizer: after[`${part}Optimizer`],
    learningRate: GIVEN.learningRate,
  };
}

function checkValue(outcome: Outcome, loss: PlainLosses['value']): void {
  const { value, targets } = outcome.before;
  const { kind } = outcome;
  const held = advantages(kind, value, targets);
  const now = () => loss(advantages(kind, value, targets), held);
  // Float32 against double precision, here and below.
  expect(outcome.metric('valueLoss') / now()).toBeCloseTo(1, 5);
  expectDescent(descentOf(outcome, 'value'), now);
}

function checkActor(outcome: Outcome): void {
  const { kind, before, after, metric } = outcome;
  const weights = advantages(kind, after.value, before.targets).map((a) =>
    Math.min(Math.exp(GIVEN.inverseTemperature * a), 100),
  );
  expect(Math.max(...weights)).toBe(100);
  expect(Math.min(...weights)).toBeLessThan(1);
  expect(metric('weight') / mean(weights)).toBeCloseTo(1, 5);
  const loss = () => actorLoss(before.actor, weights);
  expect(metric('actorLoss') / loss()).toBeCloseTo(1, 5);
  expectDescent(descentOf(outcome, 'actor'), loss);
}

function checkCritics(outcome: Outcome, loss: PlainLosses['critic']): void {
  const { kind, before, after, metric } = outcome;
  const targets = FOUR.rewards.map((reward, i) => {
    const next = stateValue(after.value, row(FOUR.nextObservations, i));
    return reward + GIVEN.discount * (1 - FOUR.terminated[i]!) * next;
  });
  const now = () =>
    mean(targets.map((y, i) => sum(choiceValues(kind, before.critics, i).map((q) => loss(q - y)))));
  expect(metric('criticLoss') / now()).toBeCloseTo(1, 5);
  expectDescent(descentOf(outcome, 'critic'), now);
}

/** Checks a step that learns V first, then the policy and the critics, in plain arithmetic. */
export function testInSampleStep(algorithm: AnyAlgorithm, losses: PlainLosses, settings: object = {}): void {
  describe.each<Kind>(['amounts', 'classes'])(
    `one step of ${algorithm.title} on %s, against its definition in plain arithmetic`,
    (kind) => {
      let outcome: Outcome;
      beforeAll(async () => {
        const config = algorithm.config.parse({ ...GIVEN, ...settings }) as object;
        const state = await makeState(algorithm, config, kind);
        const take = kind === 'amounts' ? takeStep : takeChoice;
        const { after, metric } = await take(algorithm, config, state);
        outcome = { kind, before: toPlain(state), after: toPlain(after), metric };
      });

      it('has the loss of V by the target critics, and descends it', () => checkValue(outcome, losses.value));

      it('weighs actions by advantages over the new V, 100 at most, and descends the loss of the policy', () =>
        checkActor(outcome));

      it('has the loss of the critics by the new V, and descends it', () =>
        checkCritics(outcome, losses.critic));

      it('lets the targets follow the new critics', () => {
        const { before, after } = outcome;
        expectTargetsFollow(before.targets, after.targets, after.critics);
      });
    },
  );
}
