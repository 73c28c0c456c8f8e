import type { Command } from 'commander';
import { givenOptions } from './given-options';

/**
 * Refuses options that were settled when a run began: they would be ignored.
 *
 * @param anew names of options that may differ when it goes on, in camel case
 */
export function refuseSettled(command: Command, run: string, anew: readonly string[]): void {
  const [option] = givenOptions(command, anew);
  if (option === undefined) return;
  command.error(
    `error: ${option} is settled when a run begins; --resume ${run} continues with what it was started with`,
  );
}
