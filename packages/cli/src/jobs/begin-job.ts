import type { CommonRun } from '../run/begin-run';
import { openChosen } from '../run/choose-device';
import type { Starter } from '../run/starter';
import type { Job } from './start-job';

/**
 * Creates the job that starts a run, after checking what can be checked at once.
 *
 * @param subcommand of `lamo train`
 * @param label its name on the terminal
 * @param given flags of that subcommand that say the same as `run`, apart from its seed, folder and what it replaces
 * @throws LamoError what the starter's `check` throws
 */
export async function beginJob<Run extends CommonRun>(
  subcommand: string,
  label: string,
  starter: Starter<Run>,
  run: Run,
  given: readonly string[],
): Promise<Job> {
  await starter.check(run);
  const { seed, out, steps, device } = run;
  const replace = run.overwrite ? ['--overwrite'] : [];
  const args = ['train', subcommand, ...given, ...replace, '--seed', String(seed), '--out', out];
  return {
    ...{ label, path: out, args, device: device.name, steps, done: 0 },
    open: async (observer) => (await openChosen(device, observer)).device,
    train: (observer, opened) => starter.start({ ...run, device: { ...device, opened } }, observer),
  };
}
