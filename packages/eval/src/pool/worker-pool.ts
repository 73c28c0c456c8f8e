import { LamoError } from '@lamo/core';
import { checkSameSpecs } from './check-same-specs';
import {
  allocateBoard,
  allocateSharedBoard,
  type EnvironmentPool,
  endedOf,
  type Turn,
} from './environment-pool';
import type { SendableSource } from './environment-source';
import { type Answer, answerToTurn, type Order, toFailure } from './messages';
import { type PoolWorker, startWorker } from './start-worker';

/**
 * Opens environments in other threads, each of which has every n-th slot: that shares a last, smaller batch evenly, too. One message to
 * each worker starts a step in all its slots; what they observe, earn and do is in memory that all threads share.
 *
 * @param workers at most as many as slots
 * @throws LamoError `worker-ended`, what opening an environment throws, and as `localPool`
 */
export async function openWorkerPool(
  source: SendableSource,
  slots: number,
  workers: number,
): Promise<EnvironmentPool> {
  const all = Array.from({ length: workers }, (_, first) => {
    const own = Array.from({ length: Math.ceil((slots - first) / workers) }, (_, i) => first + i * workers);
    return startWorker({ source, slots: own, current: new Int32Array(new SharedArrayBuffer(4)) });
  });
  const dispose = async () => void (await Promise.all(all.map((worker) => worker.end())));
  try {
    return { ...(await connect(all, source, slots)), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Opens the environments of all workers, and gives them a board. */
async function connect(workers: readonly PoolWorker[], source: SendableSource, slots: number) {
  const name = typeof source === 'string' ? source : source.name;
  const opened = await askAll(workers, { kind: 'open' }, () => `opening ${name}`);
  endedOf(merge(opened));
  const spec = checkSameSpecs(opened.flatMap(({ specs = [] }) => specs));
  const shared = allocateSharedBoard(spec, slots);
  // Policies are given memory of their own: not everything takes what is shared, and nobody else may change it.
  const board = allocateBoard(spec, slots);
  let playing: readonly number[] = [];
  let length = 0;
  const describe = (slot: number) =>
    length === 0
      ? `reset(${playing[slot]}) of ${spec.id}`
      : `step ${length} of the episode with seed ${playing[slot]} in ${spec.id}`;
  const take = async (order: Order) => {
    const ended = endedOf(merge(await askAll(workers, order, describe)));
    board.observations.set(shared.observations);
    board.rewards.set(shared.rewards);
    return ended;
  };
  await take({ kind: 'share', board: shared });
  return {
    spec,
    board,
    async start(seeds: readonly number[], record: boolean) {
      playing = seeds;
      length = 0;
      shared.observations.fill(0);
      shared.rewards.fill(0);
      await take({ kind: 'start', seeds, record });
    },
    async step() {
      length += 1;
      shared.actions.set(board.actions);
      return take({ kind: 'step' });
    },
  };
}

/** Waits for all, even if one of them ends: which error is thrown must not depend on who was faster. */
function askAll(workers: readonly PoolWorker[], order: Order, describe: (slot: number) => string) {
  const answers = workers.map(async (worker): Promise<Answer> => {
    try {
      return await worker.ask(order);
    } catch (reason) {
      const slot = worker.task.current[0]!;
      return toFailure(workerEnded(describe(slot), reason as Error), slot);
    }
  });
  return Promise.all(answers);
}

/** Puts the turns of several workers together, as if one had played all slots. */
function merge(answers: readonly Answer[]): Turn {
  const turns = answers.map(answerToTurn);
  const ended = turns.flatMap((turn) => turn.ended).sort((a, b) => a.slot - b.slot);
  const failures = turns.flatMap(({ failure = [] }) => failure).sort((a, b) => a.slot - b.slot);
  return { ended, ...(failures.length === 0 ? {} : { failure: failures[0]! }) };
}

function workerEnded(during: string, cause: Error): LamoError {
  return new LamoError({
    where: 'eval/workers',
    code: 'worker-ended',
    problem: `A worker ended during ${during}`,
    received: cause.message,
    hint: 'Play with `workers: 0` to see what the environment does, or with fewer episodes side by side if memory ran out.',
    cause,
  });
}
