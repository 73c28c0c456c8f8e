import { readManifest } from '../run/read-manifest';
import type { ResumeOptions } from '../run/resume-run';
import { isFinished } from '../run/resume-run';
import { checkpointSteps, findRun } from '../run/run-folder';
import type { Job } from './start-job';

/** Creates the job that continues a run; undefined if it is finished. @throws LamoError `not-a-run` */
export function resumeJob(
  label: string,
  path: string,
  { steps: more, dataset }: Omit<ResumeOptions, 'threads'>,
): Job | undefined {
  const folder = findRun(path);
  const manifest = readManifest(folder.manifest);
  const steps = more ?? manifest.steps;
  if (isFinished(folder, manifest, steps)) return undefined;
  const data = dataset === undefined ? [] : ['--dataset', dataset];
  return {
    label,
    path,
    args: ['train', '--resume', path, '--steps', String(steps), ...data],
    device: manifest.device.name,
    steps,
    done: checkpointSteps(folder).at(-1) ?? 0,
  };
}
