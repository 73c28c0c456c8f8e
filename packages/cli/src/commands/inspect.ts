import {
  type AnyAlgorithm,
  algorithms,
  countAlgorithmParameters,
  countCheckpointParameters,
  describeConfig,
  findAlgorithm,
  type ParameterCounts,
  trainingHeader,
} from '@lamo/algos';
import { loadCheckpoint } from '@lamo/runtime';
import type { Command } from 'commander';
import { environmentSpec } from '../environment-spec';
import { locateCheckpoint } from '../run/locate-checkpoint';
import { formatCount, formatNumberOf, formatTable } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { watchLoading } from '../terminal/watch-loading';
import { addCommonOptions } from './common-options';
import { addConfigFlags, readConfigFlags } from './config-flags';

interface InspectFlags {
  readonly environment: string;
  readonly preset?: string;
}

/** Defines `lamo inspect`: of a run, or with one subcommand for each algorithm. */
export function defineInspect(inspect: Command): void {
  inspect
    .description('Counts the parameters of a trained run, or of an algorithm with given settings, by group.')
    .enablePositionalOptions()
    .usage('<run>\n       lamo inspect <algorithm> --environment <id> [settings]')
    .argument('[run]', 'a run, or a checkpoint')
    .commandsGroup('Algorithms:')
    .action((run: string | undefined) => {
      if (run === undefined) return inspect.error('error: name a run, or an algorithm');
      return inspectRun(run);
    });
  for (const algorithm of algorithms.values()) addAlgorithm(inspect, algorithm);
}

function addAlgorithm(inspect: Command, algorithm: AnyAlgorithm): void {
  const command = addCommonOptions(inspect.command(algorithm.name))
    .summary(algorithm.title)
    .description(`Counts the parameters of ${algorithm.title} without training it.`)
    .usage('--environment <id> [settings]')
    .requiredOption('--environment <id>', 'whose observations and actions it is built for');
  const presets = Object.keys(algorithm.presets);
  if (presets.length > 0) command.option('--preset <name>', `settings for a purpose: ${presets.join(', ')}`);
  const fields = describeConfig(algorithm);
  addConfigFlags(command, fields).action(async (flags: InspectFlags) => {
    const spec = await environmentSpec(flags.environment.toLowerCase());
    const config = readConfigFlags(fields, { ...flags });
    const counts = await interruptible(
      () => {},
      (signal) => countAlgorithmParameters(algorithm, spec, config, flags.preset, watchLoading(signal)),
    );
    console.log(describe(counts));
  });
}

async function inspectRun(run: string): Promise<void> {
  const checkpoint = loadCheckpoint(locateCheckpoint(run).path);
  const header = trainingHeader(checkpoint);
  const algorithm = findAlgorithm(header.algorithm);
  const counts = await countCheckpointParameters(algorithm, checkpoint);
  console.log(`${algorithm.title} after ${formatNumberOf(header.step, 'step')} on ${header.dataset.name}`);
  console.log(describe(counts));
}

function describe({ groups, total, trainable }: ParameterCounts): string {
  const rows = Object.entries(groups).map(([group, count]) => [group, formatCount(count)]);
  const table = formatTable([['group', 'parameters'], ...rows], { align: ['left', 'right'] });
  const share = ((100 * trainable) / total).toFixed(2);
  return `${table}\n\n${formatCount(total)} in all, ${formatCount(trainable)} (${share} %) not frozen`;
}
