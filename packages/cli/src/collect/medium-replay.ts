import { sac } from '@lamo/algos';
import { LamoError, Rng } from '@lamo/core';
import { collectorsOf, type EnvironmentEntry, mean, type SnapshotCard } from '@lamo/eval';
import { DATASET_ENDING } from '../run/dataset-ending';
import { EPISODES } from '../run/evaluation-defaults';
import type { ActingRun } from '../run/start-experience';
import { toUnit, unitOf } from '../scores';
import { formatCount, formatNumber } from '../terminal/format';
import { tell } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { refuseToChoose } from './refuse-to-choose';
import { replaySource } from './replay-source';
import { MEDIUM_REPLAY, type Source, type SourceTask } from './source';
import { trainUntil } from './train-until';

/** Rows at most, unless something else is said. */
const ROWS = 300_000;
/** Rows with actions that are drawn at random, before the first step; half of the rows, if there are to be few. */
const RANDOM_ROWS = 5000;
/** Steps between evaluations, each of which may be the last. */
const EVALUATE_EVERY = 5000;
/** How long a step takes on one core, in seconds: docs/algorithms/sac.md. */
const [FAST_STEP, SLOW_STEP] = [0.02, 0.04];

/**
 * What SAC logs from its first step until its policy earns what the `medium` one of the environment does, as D4RL defines its
 * medium-replay sets (Fu et al. 2020). The training is a run beside the file, which can be stopped and goes on with the same command.
 *
 * @throws LamoError `no-medium-policy`
 */
export function mediumReplay(environment: EnvironmentEntry): Source {
  const snapshot = collectorsOf(environment).find(({ name }) => name === 'medium')?.snapshots?.[0];
  if (snapshot === undefined) throw noMediumPolicy(environment.spec.id);
  return {
    name: MEDIUM_REPLAY,
    rows: ROWS,
    files: () => ({ medium: snapshot.hash() }),
    check: (_, task) => refuseToChoose(task, 'A replay is what a training logs, in which nobody else plays'),
    async collect(entry, task) {
      const card = snapshot.card();
      const run = planRun(entry, card, task);
      const target = card.return.mean;
      announce(run, card);
      const last = await trainUntil(run, target, 'run the same command again');
      const reached = mean(last.returns);
      if (reached < target) {
        printWarning(
          `the training has taken all its steps and returns ${formatNumber(reached)}, less than the ${formatNumber(target)} of a medium policy: more --rows or another --seed may reach it`,
        );
      }
      const { dataset, whole } = await replaySource(run.out).collect(entry, {
        ...task,
        rows: task.rows ?? ROWS,
      });
      return {
        dataset,
        whole: whole === true && reached >= target,
        facts: { training: { run: run.out, step: last.step, return: reached, target } },
        note: `${run.out}: the training, which returns ${formatNumber(reached)} after ${formatCount(last.step)} steps; 'lamo report ${run.out}' shows how it went`,
      };
    },
  };
}

function planRun({ spec }: EnvironmentEntry, { settings }: SnapshotCard, task: SourceTask): ActingRun {
  const { rows = ROWS, seed, out } = task;
  const randomSteps = Math.min(RANDOM_ROWS, Math.floor(rows / 2));
  return {
    algorithm: sac,
    config: settings,
    seed,
    // A step is taken for each row after the random ones.
    steps: Math.max(1, rows - randomSteps),
    logEvery: 500,
    checkpointEvery: EVALUATE_EVERY,
    device: { name: 'cpu' },
    out: `${out.replace(DATASET_ENDING, '')}-training`,
    overwrite: false,
    environment: spec.id,
    settings: { randomSteps },
    evaluation: {
      environment: spec.id,
      every: EVALUATE_EVERY,
      episodes: EPISODES,
      seed: Rng.fromSeed(seed).split('evaluation').uint32(),
    },
  };
}

function announce({ environment, steps }: ActingRun, card: SnapshotCard): void {
  const target = card.return.mean;
  const [value] = toUnit(environment, [target]);
  const likely = Math.min(steps, card.steps);
  const [fast, slow] = [FAST_STEP, SLOW_STEP].map((seconds) => Math.ceil((likely * seconds) / 60));
  tell(
    `SAC learns in ${environment} until an evaluation returns ${formatNumber(target)} (${unitOf(environment)} ${formatNumber(value!)}), as the medium policy does, whose training took ${formatCount(card.steps)} steps; at most ${formatCount(steps)}.`,
  );
  tell(
    `${formatCount(likely)} steps take ${fast === slow ? 'up to' : `${fast} to`} ${slow} min on one core. Ctrl-C stops it, and the same command goes on.`,
  );
}

function noMediumPolicy(id: string): LamoError {
  return new LamoError({
    where: 'cli/collect',
    code: 'no-medium-policy',
    problem: `${id} has no medium policy, which would say when to stop`,
    expected: `an environment that \`lamo list environments\` shows with the collector medium`,
    received: id,
    hint: `Train for as long as you like, and copy what was logged: lamo train sac --environment ${id} --steps 100000 --out sac, then lamo collect ${id} --replay sac`,
  });
}
