import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findAlgorithm } from '@lamo/algos';
import { type Dataset, writeFileAtomic } from '@lamo/core';
import { writeD4rl } from '@lamo/data';
import { findCollector, findEnvironment } from '@lamo/eval';
import { renderReport } from '../report/render-report';
import { type RunRecord, readRun } from '../report/run-record';
import type { ChosenDevice } from '../run/choose-device';
import { openDataset } from '../run/open-dataset';
import type { RunObserver } from '../run/open-run';
import { resumeRun } from '../run/resume-run';
import { type RunFolder, runFolder } from '../run/run-folder';
import { startRun } from '../run/start-run';
import { startStopwatch } from '../run/stopwatch';
import { formatCount } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { startProgress } from '../terminal/progress';
import { runToTheEnd } from '../terminal/run-to-the-end';
import type { QuickstartFolder, QuickstartSettings } from './quickstart-folder';
import { recipe, type Training } from './recipe';
import { type QuickstartSummary, summarisePolicy } from './summary';

/** A quickstart in its folder. */
export interface Quickstart {
  readonly folder: QuickstartFolder;
  readonly settings: QuickstartSettings;
  readonly device: ChosenDevice;
}

/**
 * Runs the whole pipeline: collects data, trains every policy of the recipe on it, evaluates them, and writes the report
 * and the summary. What an earlier start that was stopped has already done is not repeated.
 *
 * @param tell called with a description of each stage
 */
export async function runQuickstart(
  quickstart: Quickstart,
  tell: (line: string) => void,
): Promise<QuickstartSummary> {
  const { folder, settings } = quickstart;
  const clock = startStopwatch();
  tell(`collecting ${formatCount(settings.rows)} rows of a scripted player in ${settings.environment}`);
  const dataset = await collect(folder, settings);
  for (const training of recipe.trainings) {
    const steps = stepsOf(training, settings);
    tell(`training ${findAlgorithm(training.algorithm).title}, ${formatCount(steps)} steps`);
    await runToTheEnd(
      (observer) => trainOne(quickstart, training, dataset, observer),
      () => 'run the same command again',
    );
  }
  tell('writing the report');
  const runs = recipe.trainings.map(({ algorithm }) => readRun(join(folder.runs, algorithm)));
  writeFileAtomic(folder.report, await renderReport(runs, new Date()));
  const summary = summarise(runs, settings, clock.lap());
  writeFileAtomic(folder.summary, `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

async function collect(folder: QuickstartFolder, settings: QuickstartSettings): Promise<Dataset> {
  if (existsSync(folder.dataset)) return openDataset(folder.dataset);
  const { environment, rows, seed } = settings;
  const entry = findEnvironment(environment);
  const collector = findCollector(entry);
  const progress = startProgress({ title: 'collecting', total: rows, unit: 'rows' });
  try {
    const dataset = await interruptible(
      () => progress.print('stopping; run the same command again to start over'),
      (signal) =>
        collector.collect(entry, {
          rows,
          seed,
          noise: true,
          signal,
          onProgress: progress.update,
        }),
    );
    await writeD4rl(dataset, folder.dataset, { metadata: { environment, collector: collector.name, seed } });
    // Read back as it would be after a stop: its name is part of every checkpoint.
    return await openDataset(folder.dataset);
  } finally {
    progress.stop();
  }
}

/** Starts a run, continues it, or leaves it alone: whatever it takes for it to be finished. */
async function trainOne(
  { folder, settings, device }: Quickstart,
  training: Training,
  dataset: Dataset,
  observer: RunObserver,
): Promise<RunFolder> {
  const out = join(folder.runs, training.algorithm);
  const run = runFolder(out);
  if (existsSync(run.policy)) return run;
  if (existsSync(run.manifest)) return resumeRun(out, {}, observer);
  const { environment, seed, episodes } = settings;
  const steps = stepsOf(training, settings);
  // Evaluations fall on lines of metrics, so that many steps fit between two looks at the run.
  const logEvery = Math.ceil(steps / (training.evaluations ?? recipe.evaluations) / recipe.lines);
  const every = recipe.lines * logEvery;
  return startRun(
    {
      algorithm: findAlgorithm(training.algorithm),
      dataset,
      datasetPath: folder.dataset,
      config: training.config ?? {},
      seed,
      steps,
      evaluation: { environment, every, episodes, seed },
      logEvery,
      checkpointEvery: every,
      device,
      out,
      overwrite: false,
    },
    observer,
  );
}

function stepsOf({ share }: Training, { steps }: QuickstartSettings): number {
  return Math.ceil(steps * share);
}

function summarise(
  runs: readonly RunRecord[],
  { environment, seed, rows, episodes }: QuickstartSettings,
  totalSeconds: number,
): QuickstartSummary {
  const policies = runs.map((run) => [run.manifest.algorithm, summarisePolicy(run, environment)] as const);
  const algorithms = Object.fromEntries(policies);
  return { environment, seed, rows, episodes, algorithms, totalSeconds };
}
