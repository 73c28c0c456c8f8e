import { existsSync } from 'node:fs';
import { nearest } from '@lamo/core';
import type { Command } from 'commander';
import type { LanguageSizes } from '../actions/inspect';
import { type CataloguedAlgorithm, catalogue } from '../catalogue';
import { NEW_CONTEXT, VOCABULARY } from '../language/model-defaults';
import { isDataset } from '../run/dataset-ending';
import { isPolicyFile } from '../run/is-policy-file';
import type { ReadingFlags } from '../run/open-dataset';
import { refuseOtherFile } from '../run/refuse-other-file';
import { addCommonOptions, countOption } from './common-options';
import { addConfigFlags, readConfigFlags } from './config-flags';
import { checkReadingFlags, datasetOptions } from './dataset-options';

interface InspectFlags {
  readonly environment: string;
  readonly preset?: string;
}

/** Defines `lamo inspect`: of a dataset, of a run, or with one subcommand for each algorithm. */
export function defineInspect(inspect: Command): void {
  inspect
    .description(
      'Counts the parameters of a trained run, or of an algorithm with given settings, by group; or says what is in a dataset, or what a policy sees and does.',
    )
    .enablePositionalOptions()
    .usage('<run, dataset or policy> [options]\n       lamo inspect <algorithm> [settings]')
    .argument('[path]', 'a run, a checkpoint, a dataset or the name of one, or a policy.onnx')
    .commandsGroup('Algorithms:')
    .action(async (path: string | undefined, flags: ReadingFlags) => inspectPath(inspect, path, flags));
  for (const option of datasetOptions())
    inspect.addOption(option.helpGroupHeading === undefined ? option.helpGroup('Datasets:') : option);
  for (const algorithm of catalogue.algorithms) ADD[algorithm.data]!(inspect, algorithm);
}

async function inspectPath(command: Command, path: string | undefined, flags: ReadingFlags): Promise<void> {
  if (path === undefined) return command.error('error: name a run, a dataset or an algorithm');
  checkReadingFlags(command, flags);
  if (isDataset(path) || (await isSetName(path)))
    return (await import('../actions/inspect')).inspectDataset(path, flags);
  const given = datasetOptions().find(
    (option) => command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given !== undefined)
    return command.error(`error: ${given.long} says how a dataset is read, and ${path} is not one`);
  if (isPolicyFile(path)) return (await import('../actions/inspect')).inspectPolicy(path);
  refuseOtherFile(path, 'the folder of a run, a checkpoint (.safetensors), a dataset, or a policy (.onnx)');
  const names = catalogue.algorithms.map(({ name }) => name);
  const algorithm = existsSync(path) ? undefined : nearest(path, names);
  if (algorithm === undefined) return (await import('../actions/inspect')).inspectRun(path);
  return command.error(`error: '${path}' is neither a run nor an algorithm. Did you mean ${algorithm}?`);
}

/** Tells whether something is the name of a set that others published, and no path. */
async function isSetName(path: string): Promise<boolean> {
  if (existsSync(path)) return false;
  const { knownSets } = await import('@lamo/data');
  return knownSets().some(({ name }) => name === path);
}

/** Adds the subcommand of an algorithm, by the kind of data that it learns from: what sizes follow from. */
const ADD: Readonly<Record<string, (inspect: Command, algorithm: CataloguedAlgorithm) => void>> = {
  dataset: addOnDatasets,
  experience: addOnDatasets,
  corpus: addLanguageModel,
  completions: addLanguageModel,
  preferences: addLanguageModel,
};

function addSubcommand(inspect: Command, { name, title }: CataloguedAlgorithm): Command {
  return addCommonOptions(inspect.command(name))
    .summary(title)
    .description(`Counts the parameters of ${title} without training it.`)
    .usage('[settings]');
}

function addOnDatasets(inspect: Command, algorithm: CataloguedAlgorithm): void {
  const command = addSubcommand(inspect, algorithm).option(
    '--environment <id>',
    'environment whose observations and actions it is built for',
    'hopper-v4',
  );
  const presets = Object.keys(algorithm.presets);
  if (presets.length > 0) command.option('--preset <name>', `named settings: ${presets.join(', ')}`);
  addConfigFlags(command, algorithm.config).action(async (flags: InspectFlags) => {
    const { inspectAlgorithm } = await import('../actions/inspect');
    const config = readConfigFlags(algorithm.config, { ...flags });
    return inspectAlgorithm(algorithm.name, flags.environment, config, flags.preset);
  });
}

function addLanguageModel(inspect: Command, algorithm: CataloguedAlgorithm): void {
  const command = addSubcommand(inspect, algorithm)
    .addOption(
      countOption(
        '--vocabulary <tokens>',
        `tokens of the vocabulary (default: of the model; ${VOCABULARY} of a new one)`,
      ),
    )
    .addOption(
      countOption(
        '--context <tokens>',
        `tokens that are read at once (default: as many as the model can; ${NEW_CONTEXT} of a new one)`,
      ),
    );
  addConfigFlags(command, algorithm.config).action(async (flags: LanguageSizes) => {
    const { inspectLanguageModel } = await import('../actions/inspect');
    return inspectLanguageModel(algorithm.name, flags, readConfigFlags(algorithm.config, { ...flags }));
  });
}
