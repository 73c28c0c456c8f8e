import { Command } from 'commander';
import { expect, it } from 'vitest';
import { countOption, parseNumbers } from './common-options';
import { givenOptions } from './given-options';

it('writes what was given so that it is read as the same again, and nothing else', () => {
  const read = (args: readonly string[]) => {
    const command = new Command()
      .option('--dataset <file>')
      .option('--out <folder>', '', 'runs')
      .option('--overwrite')
      .option('--normalise')
      .option('--no-normalise')
      .option('--target-returns <numbers>', '', parseNumbers)
      .addOption(countOption('--steps <steps>', '').default(5));
    command.parse(args, { from: 'user' });
    return command;
  };
  const args = ['--no-normalise', '--steps=1_000', '--dataset', 'my data.hdf5', '--target-returns', '-3,4.5'];
  const given = givenOptions(read(args), ['out']);
  expect(given).toEqual([
    ...['--dataset', 'my data.hdf5', '--no-normalise', '--target-returns', '-3,4.5', '--steps', '1000'],
  ]);
  expect(read(given).opts()).toEqual(read(args).opts());
  expect(givenOptions(read(['--normalise', '--out', 'x']), ['out'])).toEqual(['--normalise']);
});
