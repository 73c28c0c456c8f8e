import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findAlgorithm } from '@lamo/algos';
import { type Dataset, writeFileAtomic } from '@lamo/core';
import { findCollector } from '@lamo/eval';
import { collectSet, planSet } from '../collect/collect-set';
import { playedSource } from '../collect/played-source';
import { renderReport } from '../report/render-report';
import { type RunRecord, readRun } from '../report/run-record';
import type { ChosenDevice } from '../run/choose-device';
import { openDataset } from '../run/open-dataset';
import type { RunObserver } from '../run/open-run';
import { resumeRun } from '../run/resume-run';
import { type RunFolder, runFolder } from '../run/run-folder';
import { startRun } from '../run/start-run';
import { startStopwatch } from '../run/stopwatch';
import { formatCount, formatNumberOf } from '../terminal/format';
import { runToTheEnd } from '../terminal/run-to-the-end';
import { lessonsOf } from './lessons-of';
import type { QuickstartFolder, QuickstartSettings } from './quickstart-folder';
import { recipe, type Task, type Training } from './recipe';
import { type QuickstartSummary, summarisePolicy } from './summary';

/** A quickstart in its folder. */
export interface Quickstart {
  readonly folder: QuickstartFolder;
  readonly settings: QuickstartSettings;
  readonly device: ChosenDevice;
}

/**
 * Runs the whole pipeline: for every task of the recipe, collects data, trains its policies on them and evaluates them; then writes
 * the report and the summary. What an earlier start that was stopped has already done is not repeated.
 *
 * @param tell called with a description of each stage
 */
export async function runQuickstart(
  quickstart: Quickstart,
  tell: (line: string) => void,
): Promise<QuickstartSummary> {
  const { folder, settings } = quickstart;
  const clock = startStopwatch();
  for (const task of recipe.tasks) {
    tell(`collecting ${formatCount(rowsOf(task, settings))} rows of ${task.data} in ${task.environment}`);
    const dataset = await collect(quickstart, task);
    for (const training of task.trainings) {
      const steps = stepsOf(training, settings);
      tell(`training ${findAlgorithm(training.algorithm).title}, ${formatNumberOf(steps, 'step')}`);
      await runToTheEnd(
        (observer) => trainOne(quickstart, task, training, dataset, observer),
        () => 'run the same command again',
      );
    }
  }
  tell('writing the report');
  const runs = recipe.tasks.map((task) =>
    task.trainings.map((training) => readRun(pathOf(folder, task, training))),
  );
  writeFileAtomic(folder.report, await renderReport(runs.flat(), new Date(), lessonsOf(settings)));
  const summary = summarise(runs, settings, clock.lap());
  writeFileAtomic(folder.summary, `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

async function collect({ folder, settings }: Quickstart, task: Task): Promise<Dataset> {
  const { environment, collector: policy } = task;
  const file = datasetPath(folder, task);
  if (existsSync(file)) return openDataset(file);
  const rows = rowsOf(task, settings);
  const set = { environment, policy, rows, seed: settings.seed, noise: true, batch: 1 };
  const planned = await planSet(set, { out: file, workers: 0, force: false });
  const player = findCollector(planned.entry, policy);
  const source = playedSource(player, 'stopping; run the same command again to start over');
  await collectSet({ ...planned, source });
  // Read back as it would be after a stop: its name is part of every checkpoint.
  return openDataset(file);
}

/** Starts a run, continues it, or leaves it alone: whatever it takes for it to be finished. */
async function trainOne(
  { folder, settings, device }: Quickstart,
  task: Task,
  training: Training,
  dataset: Dataset,
  observer: RunObserver,
): Promise<RunFolder> {
  const out = pathOf(folder, task, training);
  const run = runFolder(out);
  if (existsSync(run.policy)) return run;
  if (existsSync(run.manifest)) return resumeRun(out, {}, observer);
  const { seed } = settings;
  const episodes = episodesOf(task, settings);
  const steps = stepsOf(training, settings);
  // Evaluations fall on lines of metrics, so that many steps fit between two looks at the run.
  const logEvery = Math.ceil(steps / (training.evaluations ?? recipe.evaluations) / recipe.lines);
  const every = recipe.lines * logEvery;
  return startRun(
    {
      algorithm: findAlgorithm(training.algorithm),
      dataset,
      datasetPath: datasetPath(folder, task),
      config: training.config ?? {},
      seed,
      steps,
      evaluation: { environment: task.environment, every, episodes, seed },
      logEvery,
      checkpointEvery: every,
      device,
      out,
      overwrite: false,
    },
    observer,
  );
}

function datasetPath({ data }: QuickstartFolder, { environment }: Task): string {
  return join(data, `${environment}.hdf5`);
}

function pathOf({ runs }: QuickstartFolder, { environment }: Task, { algorithm }: Training): string {
  return join(runs, environment, algorithm);
}

function rowsOf({ rows, leastRows = 1 }: Task, settings: QuickstartSettings): number {
  return Math.max(leastRows, Math.ceil(rows * settings.rows));
}

function episodesOf({ episodes }: Task, settings: QuickstartSettings): number {
  return Math.ceil(episodes * settings.episodes);
}

function stepsOf({ share }: Training, { steps }: QuickstartSettings): number {
  return Math.ceil(steps * share);
}

function summarise(
  runs: readonly (readonly RunRecord[])[],
  settings: QuickstartSettings,
  totalSeconds: number,
): QuickstartSummary {
  const tasks = recipe.tasks.map((task, i) => {
    const { environment } = task;
    const policies = runs[i]!.map(
      (run) => [run.manifest.algorithm, summarisePolicy(run, environment)] as const,
    );
    const algorithms = Object.fromEntries(policies);
    const [rows, episodes] = [rowsOf(task, settings), episodesOf(task, settings)];
    return [environment, { rows, episodes, algorithms }] as const;
  });
  return { seed: settings.seed, tasks: Object.fromEntries(tasks), totalSeconds };
}
