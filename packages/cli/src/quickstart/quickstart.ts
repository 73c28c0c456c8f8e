import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findAlgorithm } from '@lamo/algos';
import { type Dataset, writeFileAtomic } from '@lamo/core';
import { findCollector } from '@lamo/eval';
import { collectSet, planSet } from '../collect/collect-set';
import { playedSource } from '../collect/played-source';
import { beginJob } from '../jobs/begin-job';
import { resumeJob } from '../jobs/resume-job';
import { runsFailed, spreadJobs } from '../jobs/spread-jobs';
import type { Job } from '../jobs/start-job';
import { kebabCase } from '../kebab-case';
import { renderReport } from '../report/render-report';
import { type RunRecord, readRun } from '../report/run-record';
import type { ChosenDevice } from '../run/choose-device';
import { openDataset } from '../run/open-dataset';
import { runFolder } from '../run/run-folder';
import { type NewRun, onDataset } from '../run/start-run';
import { startStopwatch } from '../run/stopwatch';
import { formatCount } from '../terminal/format';
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
  const { folder, settings, device } = quickstart;
  const clock = startStopwatch();
  const jobs: Job[] = [];
  for (const task of recipe.tasks) {
    tell(`collecting ${formatCount(rowsOf(task, settings))} rows of ${task.data} in ${task.environment}`);
    const dataset = await collect(quickstart, task);
    for (const training of task.trainings) {
      const job = await jobOf(quickstart, task, training, dataset);
      if (job !== undefined) jobs.push(job);
    }
  }
  if (jobs.length > 0) tell(`training ${jobs.length === 1 ? 'one policy' : `${jobs.length} policies`}`);
  const advice = 'run the same command again';
  const unfinished = await spreadJobs(jobs, { threads: device.threads, advice });
  if (unfinished.length > 0) throw runsFailed(unfinished, jobs.length, advice);
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

/** The job that starts a run or continues it, whatever it takes for it to be finished; undefined where it is. */
async function jobOf(
  { folder, settings, device }: Quickstart,
  task: Task,
  training: Training,
  dataset: Dataset,
): Promise<Job | undefined> {
  const algorithm = findAlgorithm(training.algorithm);
  const label = `${algorithm.title} in ${task.environment}`;
  const out = pathOf(folder, task, training);
  if (existsSync(runFolder(out).manifest)) return resumeJob(label, out, {});
  const { seed } = settings;
  const { environment } = task;
  const episodes = episodesOf(task, settings);
  const steps = stepsOf(training, settings);
  // Evaluations fall on lines of metrics, so that many steps fit between two looks at the run.
  const logEvery = Math.ceil(steps / (training.evaluations ?? recipe.evaluations) / recipe.lines);
  const every = recipe.lines * logEvery;
  const { config = {} } = training;
  const path = datasetPath(folder, task);
  const evaluation = { environment, every, episodes, seed };
  const run: NewRun = {
    ...{ algorithm, dataset, datasetPath: path, config, seed, steps, evaluation, logEvery },
    ...{ checkpointEvery: every, device, out, overwrite: false },
  };
  const evaluated = { environment, evaluateEvery: every, episodes, evaluationSeed: seed };
  const flags = { dataset: path, steps, ...evaluated, logEvery, checkpointEvery: every, device: device.name };
  const given = Object.entries({ ...flags, ...config }).flatMap(([name, value]) => [
    `--${kebabCase(name)}`,
    String(value),
  ]);
  return beginJob(algorithm.name, label, onDataset, run, given);
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
