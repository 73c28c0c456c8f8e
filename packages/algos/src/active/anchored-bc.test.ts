import { joinDatasets } from '@lamo/data';
import { type HostArray, openDevice, type Tree } from '@lamo/runtime';
import { expect, it } from 'vitest';
import {
  forward,
  mean,
  numbersOf,
  type PlainArray,
  type PlainNetwork,
  squaredDistance,
  toPlain,
} from '../../test/plain';
import { showTask, tasks } from '../../test/shown-tasks';
import { multiTaskBc } from '../algorithms/multi-task-bc';
import { train } from '../engine/train';
import { readDemonstrations } from './demonstration';
import { fisherInformation } from './fisher-information';
import { NeuralLearner } from './neural-learner';

const device = await openDevice('cpu', { threads: 1 });
const [follow, oppose] = [tasks[0]!, tasks[1]!];
const dataset = joinDatasets(
  'before',
  [1, 2, 3].map((seed) => showTask(follow, seed)),
);
const config = { task: 'task', normaliseTask: false, hiddenSize: 8, batchSize: 32, learningRate: 0.01 };

async function pretrain() {
  const run = await train(multiTaskBc, dataset, { steps: 300, every: 300, config, device });
  for await (const _ of run);
  const checkpoint = await run.checkpoint();
  await run.dispose();
  return checkpoint;
}

interface Trained {
  readonly actor: PlainNetwork;
  readonly scaler: { readonly mean: PlainArray; readonly standardDeviation: PlainArray };
}

it('moves less the more it is held, where it matters if importance says so, and freely without weight', async () => {
  const pretrained = await pretrain();
  const start = numbersOf(toPlain<Trained>(pretrained.state).actor);
  const shown = [1, 2].flatMap((seed) => readDemonstrations(showTask(oppose, seed), oppose, 'task'));
  const importance = await fisherInformation(pretrained, dataset, { device, rows: 18 });
  const learn = async (anchor?: { weight: number; importance?: Tree<HostArray> }) => {
    const options = { pretrained, device, steps: 100, learningRate: 0.01, batchSize: 32, beta: null };
    const learner = await NeuralLearner.open({ ...options, ...(anchor && { anchor }) });
    await learner.learn(shown, 0);
    await learner.learn(shown, 1); // held near what it was before the first lesson, not before this one
    const end = numbersOf(toPlain<Trained>(learner.state().tuned).actor);
    await learner.dispose();
    return end;
  };
  const free = await learn();
  expect(await learn({ weight: 0 })).toEqual(free);
  const moved = (end: readonly number[]) => squaredDistance(end, start);
  const [loose, tight] = [moved(await learn({ weight: 0.01 })), moved(await learn({ weight: 1 }))];
  expect(loose).toBeLessThan(moved(free));
  expect(tight).toBeLessThan(loose / 2);
  const weights = numbersOf(toPlain<PlainNetwork>(importance));
  const movedWhereItMatters = (end: readonly number[]) =>
    end.reduce((sum, value, i) => sum + weights[i]! * (value - start[i]!) ** 2, 0);
  expect(movedWhereItMatters(await learn({ weight: 1, importance }))).toBeLessThan(
    movedWhereItMatters(free) / 2,
  );
});

it('measures importance as squared slopes of what the network does', async () => {
  const checkpoint = await pretrain();
  const one = showTask(follow, 4, { rows: 1 });
  const measured = numbersOf(
    toPlain<PlainNetwork>(await fisherInformation(checkpoint, one, { device, rows: 1 })),
  );
  const { actor, scaler } = toPlain<Trained>(checkpoint.state);
  const seen = [0, 1].map(
    (k) => (one.observations[k]! - scaler.mean.data[k]!) / scaler.standardDeviation.data[k]!,
  );
  const output = () => Math.tanh(forward(actor, seen)[0]!);
  const squares = Object.values(actor).flatMap((layer) =>
    Object.values(layer).flatMap(({ data }) =>
      Array.from(data, (value, i) => {
        const [up, down] = [1e-5, -1e-5].map((step) => {
          data[i] = value + step;
          return output();
        });
        data[i] = value;
        return ((up! - down!) / 2e-5) ** 2;
      }),
    ),
  );
  // What was drawn is the same for all parameters of one row: only their relation is compared.
  const scale = mean(measured) / mean(squares);
  expect(measured).toBeAllClose(
    squares.map((square) => square * scale),
    { absolute: 1e-5 * Math.max(...measured) }, // float32
  );
  expect(scale).toBeGreaterThan(0);
});
