import { existsSync } from 'node:fs';
import { nearest } from '@lamo/core';
import type { Command } from 'commander';
import { type CataloguedAlgorithm, onDatasets } from '../catalogue';
import { addCommonOptions } from './common-options';
import { addConfigFlags, readConfigFlags } from './config-flags';

interface InspectFlags {
  readonly environment: string;
  readonly preset?: string;
}

/** Defines `lamo inspect`: of a run, or with one subcommand for each algorithm. */
export function defineInspect(inspect: Command): void {
  const names = onDatasets.map(({ name }) => name);
  inspect
    .description('Counts the parameters of a trained run, or of an algorithm with given settings, by group.')
    .enablePositionalOptions()
    .usage('<run>\n       lamo inspect <algorithm> [settings]')
    .argument('[run]', 'a run, or a checkpoint')
    .commandsGroup('Algorithms:')
    .action(async (run: string | undefined) => {
      if (run === undefined) return inspect.error('error: name a run, or an algorithm');
      const algorithm = existsSync(run) ? undefined : nearest(run, names);
      if (algorithm === undefined) return (await import('../actions/inspect')).inspectRun(run);
      return inspect.error(`error: '${run}' is neither a run nor an algorithm. Did you mean ${algorithm}?`);
    });
  for (const algorithm of onDatasets) addAlgorithm(inspect, algorithm);
}

function addAlgorithm(inspect: Command, algorithm: CataloguedAlgorithm): void {
  const command = addCommonOptions(inspect.command(algorithm.name))
    .summary(algorithm.title)
    .description(`Counts the parameters of ${algorithm.title} without training it.`)
    .usage('[settings]')
    .option('--environment <id>', 'environment whose observations and actions it is built for', 'hopper-v4');
  const presets = Object.keys(algorithm.presets);
  if (presets.length > 0) command.option('--preset <name>', `named settings: ${presets.join(', ')}`);
  addConfigFlags(command, algorithm.config).action(async (flags: InspectFlags) => {
    const { inspectAlgorithm } = await import('../actions/inspect');
    const config = readConfigFlags(algorithm.config, { ...flags });
    return inspectAlgorithm(algorithm.name, flags.environment, config, flags.preset);
  });
}
