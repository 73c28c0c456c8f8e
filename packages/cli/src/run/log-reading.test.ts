import { Command } from 'commander';
import { expect, it } from 'vitest';
import { logOptions } from '../commands/log-options';
import { logReading } from './log-reading';

/** What flags of the command line say of a log. */
function reading(...args: readonly string[]) {
  const command = new Command();
  for (const option of logOptions()) command.addOption(option);
  return logReading(command.parse(args, { from: 'user' }).opts());
}

it('columns are named, or none is what its name says', () => {
  expect(reading('--time', 'at', '--info', 'a,b', '--info', 'c')).toEqual({
    columns: { time: 'at', info: ['a', 'b', 'c'] },
  });
  const roles = ['episode', 'time', 'terminated', 'truncated', 'probability'];
  expect(reading(...roles.flatMap((role) => [`--${role}`, 'none']))).toEqual({
    columns: Object.fromEntries(roles.map((role) => [role, null])),
  });
  expect(reading('--info', 'none', '--next-observation', 'none')).toEqual({
    columns: { info: [], nextObservation: [] },
  });
  expect(reading()).toBeUndefined();
});
