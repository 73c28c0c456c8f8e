import { existsSync } from 'node:fs';
import { readD4rl } from '@lamo/data';
import { readPolicyManifest } from '../../../packages/cli/src/run/read-manifest';
import { resumeRun } from '../../../packages/cli/src/run/resume-run';
import { readEvaluations, readTiming } from '../../../packages/cli/src/run/run-files';
import { type RunFolder, runFolder } from '../../../packages/cli/src/run/run-folder';
import { startRun } from '../../../packages/cli/src/run/start-run';
import { evaluationSeed, type Job, presetOf, settingsOf } from './job';
import { type BaselineRecord, evaluationInterval, writeRecord } from './record';

/** Trains one of our algorithms on one thread, or goes on with it, and writes the result after each evaluation. */
export async function trainOurs(job: Job): Promise<void> {
  const folder = runFolder(job.folder);
  const observer = { onEvaluation: () => writeRecord(job.result, recordOf(job, folder)) };
  if (!existsSync(folder.manifest)) await start(job, observer);
  else if (!existsSync(folder.policy)) await resumeRun(job.folder, {}, observer);
  writeRecord(job.result, recordOf(job, folder));
}

async function start(job: Job, observer: { onEvaluation(): void }): Promise<void> {
  const { entrant, seed, steps, episodes, task } = job;
  const every = evaluationInterval(steps);
  // Some lines between evaluations: enough to see how the losses went, and few enough to take many steps at once.
  const logEvery = Math.ceil(every / 5);
  await startRun(
    {
      algorithm: entrant.algorithm,
      dataset: await readD4rl(job.file),
      datasetPath: job.file,
      config: settingsOf(job),
      preset: presetOf(job),
      seed,
      steps,
      evaluation: { environment: task.environment, every, episodes, seed: evaluationSeed(seed) },
      logEvery,
      checkpointEvery: logEvery,
      device: { name: 'cpu', threads: 1 },
      out: job.folder,
      overwrite: false,
    },
    observer,
  );
}

function recordOf({ entrant, task }: Job, folder: RunFolder): BaselineRecord {
  const manifest = readPolicyManifest(folder.manifest);
  const { dataset, preset, config, seed, steps, device, versions, machine } = manifest;
  const { path, warnings, ...known } = dataset;
  const timing = readTiming(folder).filter(({ activity }) => activity === 'training');
  return {
    entrant: entrant.name,
    title: entrant.title,
    trainedBy: device.description,
    isCounterpart: false,
    environment: task.environment,
    dataset: known,
    preset,
    config,
    seed,
    steps,
    versions,
    machine,
    evaluations: readEvaluations(folder, manifest.evaluation).map(({ step, seed, score, returns }) => ({
      step,
      trainingSeconds: timing.reduce((sum, line) => (line.step <= step ? sum + line.seconds : sum), 0),
      seed,
      score: score!,
      returns,
    })),
  };
}
