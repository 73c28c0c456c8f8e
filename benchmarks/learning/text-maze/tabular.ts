import { tokenValueLoss } from '@lamo/algos';
import {
  bestMazeReturns,
  describeCell,
  MAZE_STARTS,
  type MazeDialogue,
  MOST_MOVES,
  MOVE_WORDS,
  moveInMaze,
} from '@lamo/eval';
import {
  type AdamState,
  adam,
  gradientStep,
  type HostArray,
  hostArray,
  initAdam,
  openDevice,
  polyakAverage,
  type Tree,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

const CELLS = MAZE_STARTS.map(describeCell);
const [S, A] = [CELLS.length, MOVE_WORDS.length];

/** Settings of {@link learnTables}. */
export interface TabularOptions {
  readonly expectile: number;
  readonly discount: number;
  readonly steps: number;
}

/** Tables of the maze: log π of imitation, and advantages min(Q̄₁, Q̄₂) − V, [25 · 4] each. */
export interface MazeTables {
  readonly logits: Float32Array;
  readonly advantages: Float32Array;
}

/** What a step learns. */
type Tables<Leaf> = Readonly<Record<'logits' | 'first' | 'second' | 'values', Leaf>>;

/** Learns tables of the maze from walks by the losses of ILQL, each move a single token, all transitions in every step. */
export async function learnTables(
  walks: readonly MazeDialogue[],
  { expectile, discount, steps }: TabularOptions,
): Promise<MazeTables> {
  const table = (columns: number) => hostArray([S, columns], new Float32Array(S * columns));
  const learned = { logits: table(A), first: table(A), second: table(A), values: table(1) };
  const device = await openDevice('cpu', { threads: 1 });
  const executable = await device.compile({
    state: {
      ...{ learned, optimizer: initAdam(learned) },
      targets: { first: table(A), second: table(A) },
    } as unknown as Tree<HostArray>,
    inputs: {},
    variants: {
      step: (state) => ({ state: step(state as never, counted(walks), expectile, discount), outputs: {} }),
    },
  });
  for (let i = 0; i < steps; i++) await executable.run('step');
  const { learned: end, targets } = (await executable.readState()) as unknown as {
    learned: Tables<HostArray>;
    targets: Record<'first' | 'second', HostArray>;
  };
  await executable.dispose();
  const advantages = targets.first.data.map(
    (q, i) => Math.min(q, targets.second.data[i]!) - end.values.data[Math.floor(i / A)]!,
  );
  return { logits: end.logits.data, advantages };
}

function step(
  {
    learned,
    targets,
    optimizer,
  }: {
    readonly learned: Tables<tf.Tensor>;
    readonly targets: Readonly<Record<'first' | 'second', tf.Tensor>>;
    readonly optimizer: AdamState<tf.Tensor>;
  },
  moves: Counted,
  expectile: number,
  discount: number,
): Tree<tf.Tensor> {
  const [states, nextStates] = [moves.state, moves.next].map((ids) => tf.tensor1d(ids, 'int32')) as [
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  const rows = (table: tf.Tensor, ids = states) => tf.gather(table, ids);
  const places = tf.stack([states, tf.tensor1d(moves.action, 'int32')], 1);
  const worth = tf.minimum(tf.gatherND(targets.first, places), tf.gatherND(targets.second, places));
  const { parameters, optimizer: moved } = gradientStep(
    adam({ learningRate: 0.1 }),
    learned as Tables<tf.Tensor> & Record<string, tf.Tensor>,
    optimizer as never,
    ({ logits, first, second, values }) =>
      tokenValueLoss(
        {
          ...{ logits: rows(logits!), critics: [rows(first!), rows(second!)], worth },
          values: tf.concat([rows(values!), rows(values!, nextStates)], 1), // V(s), V(s′)
          ...{ next: tf.tensor1d(moves.action), weights: tf.tensor1d(moves.count) },
          ...{ rewards: tf.tensor1d(moves.reward), returns: tf.tensor1d(moves.reward) },
          nextStates: tf.tensor1d(moves.isGoal.map((isGoal) => (isGoal ? -1 : 1))),
        },
        {
          ...{ discount, expectile, valueTarget: 'td', conservativeWeight: 0 },
          ...{ imitationWeight: 1, imitationAdvantageWeight: 0 },
        },
      ),
  );
  const { first, second } = parameters;
  return {
    learned: parameters,
    optimizer: moved,
    targets: polyakAverage(targets as Record<string, tf.Tensor>, { first: first!, second: second! }, 0.05),
  } as unknown as Tree<tf.Tensor>;
}

/** Moves that were made, each once. */
interface Counted {
  readonly state: number[];
  readonly action: number[];
  readonly next: number[];
  readonly reward: number[];
  readonly isGoal: boolean[];
  readonly count: number[];
}

function counted(walks: readonly MazeDialogue[]): Counted {
  const counts = new Float64Array(S * A);
  for (const { messages } of walks) {
    for (let i = 1; i < messages.length; i += 2) {
      const word = messages[i]!.content.trim();
      counts[CELLS.indexOf(messages[i - 1]!.content) * A + MOVE_WORDS.indexOf(word as never)]!++;
    }
  }
  const made = [...counts.keys()].filter((i) => counts[i]! > 0);
  const steps = made.map((i) => moveInMaze(MAZE_STARTS[Math.floor(i / A)]!, MOVE_WORDS[i % A]!));
  return {
    state: made.map((i) => Math.floor(i / A)),
    action: made.map((i) => i % A),
    // Of the goal, which has no value of its own, any.
    next: steps.map(({ cell, isGoal }) => (isGoal ? 0 : CELLS.indexOf(describeCell(cell)))),
    reward: steps.map(({ reward }) => reward),
    isGoal: steps.map(({ isGoal }) => isGoal),
    count: made.map((i) => counts[i]!),
  };
}

/** Computes the mean return over all starts of π(a|s) in proportion to exp(logits + β advantages), exactly. */
export function returnOfTables({ logits, advantages }: MazeTables, advantageWeight: number): number {
  const policy = CELLS.map((_, s) => {
    const scores = MOVE_WORDS.map((_, a) => logits[s * A + a]! + advantageWeight * advantages[s * A + a]!);
    const weights = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
  let returns = CELLS.map(() => 0);
  for (let left = 0; left < MOST_MOVES; left++) {
    const later = returns;
    returns = MAZE_STARTS.map((start, s) =>
      MOVE_WORDS.reduce((sum, word, a) => {
        const { cell, reward, isGoal } = moveInMaze(start, word);
        return sum + policy[s]![a]! * (reward + (isGoal ? 0 : later[CELLS.indexOf(describeCell(cell))]!));
      }, 0),
    );
  }
  return returns.reduce((sum, each) => sum + each, 0) / S;
}

/** The mean return of the best moves: −6.84. */
export function bestReturn(): number {
  const all = [...bestMazeReturns().values()];
  return all.reduce((sum, each) => sum + each, 0) / all.length;
}
