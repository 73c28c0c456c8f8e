import { lastDevice, reopenDevice } from '../run/choose-device';
import { readManifest } from '../run/read-manifest';
import type { ResumeOptions } from '../run/resume-run';
import { checkEnough, checkPlaying, isFinished, resumeRun } from '../run/resume-run';
import { checkpointSteps, findRun } from '../run/run-folder';
import type { Job } from './start-job';

/** Creates the job that continues a run; undefined if it is finished. @throws LamoError `not-a-run`, `too-few-steps` */
export function resumeJob(
  label: string,
  path: string,
  options: Omit<ResumeOptions, 'threads'>,
): Job | undefined {
  const { steps: more, dataset, device, precision, workers, python } = options;
  const folder = findRun(path);
  const manifest = readManifest(folder.manifest);
  const steps = more ?? manifest.steps;
  checkEnough(folder, manifest, steps);
  checkPlaying(folder, manifest, options);
  if (isFinished(folder, manifest, steps)) return undefined;
  const chosen = Object.entries({ dataset, device, precision, workers, python }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  return {
    label,
    path,
    args: ['train', '--resume', path, '--steps', String(steps), ...chosen],
    device: device ?? lastDevice(manifest).name,
    steps,
    done: checkpointSteps(folder).at(-1) ?? 0,
    open: async (observer) =>
      (await reopenDevice(path, manifest, { name: device, precision }, observer)).device,
    train: (observer, opened) => resumeRun(path, { ...options, steps, opened }, observer),
  };
}
