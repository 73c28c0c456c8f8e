import { pnpm } from '../scripts/pnpm.mjs';
import { runCommand } from '../scripts/run-command.mjs';

/**
 * Builds what has changed before the tests of the command line: they run the command as it is published, which starts four times as
 * fast as the sources do.
 */
export async function setup(): Promise<void> {
  const { ok, output } = await runCommand(pnpm('run', 'build', 'bundle'));
  if (!ok) throw new Error(`The command could not be built:\n${output}`);
}
