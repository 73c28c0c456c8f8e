import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Feeds, runOnOnnxRuntime } from '../../test/run-graph';
import { runGraphOnXla } from '../../test/xla/run-on-xla';
import { type AdamState, adam, initAdam } from '../optimizers/adam';
import { gradientStep } from '../optimizers/gradient-step';
import { polyakAverage } from '../optimizers/polyak-average';
import { stopGradient } from '../stop-gradient';
import type { Graph } from '../trace/graph';
import { type HostArray, hostArray, sizeOf, type Tree, treeEntries } from '../tree';
import { isFrozenPort, isStatePort, ports } from './ports';
import type { StepFunction } from './program';
import { piecePort, splitVectors } from './split-vectors';
import { stackGraph } from './stack-graph';
import { traceProgram } from './trace-program';

type Network<Leaf> = Readonly<Record<'first' | 'firstBias' | 'second', Leaf>>;
type Networks<Leaf> = Readonly<Record<'actor' | 'critics' | 'targets', Network<Leaf>>>;
type Optimizers<Leaf> = Readonly<Record<'actorOptimizer' | 'criticOptimizer', AdamState<Leaf>>>;

const waves = (seed: number, ...shape: number[]): HostArray =>
  hostArray(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1.7 * i + seed)),
  );

/** The networks before the first step: two critics. */
function networksOf(seed: number): Networks<HostArray> {
  const critics = {
    first: waves(seed, 2, 5, 8),
    firstBias: waves(seed + 1, 2, 1, 8),
    second: waves(seed + 2, 2, 8, 1),
  };
  const actor = {
    first: waves(seed + 3, 3, 8),
    firstBias: waves(seed + 4, 8),
    second: waves(seed + 5, 8, 2),
  };
  return { actor, critics, targets: critics };
}

function stateOf(seed: number): Networks<HostArray> & Optimizers<HostArray> {
  const { actor, critics, targets } = networksOf(seed);
  return {
    ...{ actor, critics, targets },
    actorOptimizer: initAdam(actor),
    criticOptimizer: initAdam(critics),
  };
}

const apply = ({ first, firstBias, second }: Network<tf.Tensor>, x: tf.Tensor) =>
  tf.matMul(tf.relu(tf.add(tf.matMul(x, first), firstBias)), second);

const act = (actor: Network<tf.Tensor>, observations: tf.Tensor) => tf.tanh(apply(actor, observations));

/** Values by each of two critics, [2, B, 1]. */
const judge = (critics: Network<tf.Tensor>, observations: tf.Tensor, actions: tf.Tensor) =>
  apply(critics, tf.concat([observations, actions], 1));

/** A step in the manner of TD3+BC; its batch is read from a table. */
const step: StepFunction = (tree, { rows }, noise, frozen) => {
  const state = tree as unknown as Networks<tf.Tensor> & Optimizers<tf.Tensor>;
  const batch = tf.gather(frozen as tf.Tensor2D, rows as tf.Tensor1D);
  const [observations, actions, rewards, next] = tf.split(batch, [3, 2, 1, 3], 1) as tf.Tensor2D[];
  const smoothed = tf.add(act(state.actor, next!), tf.clipByValue(noise.normal([6, 2]), -0.5, 0.5));
  const future = tf.min(judge(state.targets, next!, tf.clipByValue(smoothed, -1, 1)), 0);
  const goal = stopGradient(tf.add(rewards!, tf.mul(0.9, future)));
  const critics = gradientStep(
    adam({ learningRate: 1e-2 }),
    state.critics,
    state.criticOptimizer,
    (critics) => ({
      loss: tf.mean(tf.square(tf.sub(judge(critics, observations!, actions!), goal))) as tf.Scalar,
    }),
  );
  const optimizer = adam({ learningRate: 1e-2, maxGradientNorm: 1, weightDecay: 0.1 });
  const actor = gradientStep(optimizer, state.actor, state.actorOptimizer, (actor) => {
    const chosen = act(actor, observations!);
    const values = tf.slice(judge(critics.parameters, observations!, chosen), [0, 0, 0], [1, -1, -1]);
    const weight = stopGradient(tf.div(2.5, tf.mean(tf.abs(values))));
    const imitation = tf.mean(tf.square(tf.sub(chosen, actions!)));
    return { loss: tf.sub(imitation, tf.mul(weight, tf.mean(values))) as tf.Scalar };
  });
  const made = {
    ...{ actor: actor.parameters, critics: critics.parameters },
    targets: polyakAverage(state.targets, critics.parameters, 0.05),
    ...{ actorOptimizer: actor.optimizer, criticOptimizer: critics.optimizer },
  };
  const { loss, gradientNorm } = actor;
  return {
    state: made as unknown as Tree<tf.Tensor>,
    outputs: { criticLoss: critics.loss, actorLoss: loss, norm: gradientNorm! },
  };
};

const TABLE = waves(0, 20, 9);
const SEEDS = [1, 2, 3];
const STEPS = 3;

const { graph: traced } = traceProgram({
  state: stateOf(0),
  frozen: TABLE,
  inputs: { rows: [6] },
  integers: ['rows'],
  variants: { step },
}).step;
const {
  graphs: [alone],
  pieces,
} = splitVectors([traced]) as { graphs: [Graph]; pieces: ReadonlyMap<string, readonly number[]> };
const stack = stackGraph(alone, SEEDS.length, isFrozenPort);

/** What the first step of a seed is given, by port. */
function feedsOf(seed: number): Feeds {
  const leaves = treeEntries<HostArray>(stateOf(seed) as unknown as Tree<HostArray>);
  const whole = new Map(leaves.map(([path, { data }]) => [ports.state(path), data]));
  const moments = [...pieces].flatMap(([port, sizes]) =>
    sizes.map((size, i) => [piecePort(port, i), new Float32Array(size)] as const),
  );
  return {
    ...Object.fromEntries([...whole, ...moments]),
    ...drawsOf(seed, 0),
    [ports.frozen('')]: TABLE.data,
  };
}

/** The rows and the noise of a step. */
const drawsOf = (seed: number, taken: number): Feeds => ({
  [ports.input('rows')]: Int32Array.from({ length: 6 }, (_, i) => (seed * 7 + taken * 3 + i * i) % 20),
  [ports.noise(0)]: waves(seed + 10 * taken, 6, 2).data,
});

/** Numbers of all seeds, one after the other; the table once. */
function together(feeds: readonly Feeds[]): Feeds {
  const [first] = feeds as [Feeds, ...Feeds[]];
  return Object.fromEntries(
    Object.entries(first).map(([port, values]) => {
      const all = feeds.flatMap((each) => [...each[port]!]);
      if (isFrozenPort(port)) return [port, values];
      return [port, values instanceof Int32Array ? Int32Array.from(all) : Float32Array.from(all)];
    }),
  );
}

const engines = [
  { name: 'onnxruntime', run: runOnOnnxRuntime },
  { name: "XLA's compiler for processors", run: runGraphOnXla },
];

describe('steps of several seeds at once', () => {
  it('read one table, and repeat and turn nothing that one seed does not', () => {
    const countOf = (graph: Graph, kernel: string) =>
      graph.nodes.filter((node) => node.kernel === kernel).length;
    const readers = stack.nodes.filter(({ inputs }) =>
      Object.values(inputs).some(({ node }) => node.name === ports.frozen('')),
    );
    expect(readers.map(({ kernel }) => kernel)).toEqual(['GatherV2']);
    for (const kernel of ['BroadcastTo', 'Concat', 'Tile', 'Transpose']) {
      expect(countOf(stack, kernel), kernel).toBe(countOf(alone, kernel));
    }
  });

  it.each(engines.filter(({ run }) => run !== undefined))(
    'give what each seed gives alone, on $name',
    async ({ run }) => {
      let each = SEEDS.map(feedsOf);
      let all = together(each);
      for (let taken = 0; taken < STEPS; taken++) {
        const expected = await run!(alone, ...each);
        const [received] = await run!(stack, all);
        // Some hundred roundings of float32 a step, and Adam divides by small second moments.
        for (const [port, values] of Object.entries(together(expected))) {
          expect(received![port], `${port} after step ${taken}`).toBeAllClose(values, {
            relative: 1e-4,
            absolute: 1e-5,
          });
        }
        expect(new Set(received![ports.output('criticLoss')]).size).toBe(SEEDS.length);
        const draws = SEEDS.map((seed) => drawsOf(seed, taken + 1));
        each = each.map((feeds, i) => ({ ...feeds, ...stateIn(expected[i]!), ...draws[i]! }));
        all = { ...all, ...stateIn(received!), ...together(draws) };
      }
    },
  );
});

const stateIn = (results: Readonly<Record<string, Float32Array>>) =>
  Object.fromEntries(Object.entries(results).filter(([port]) => isStatePort(port)));
