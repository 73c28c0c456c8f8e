import { nearest } from '@lamo/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { catalogue } from '../catalogue';
import { nameTogether } from '../run/name-together';

/** Adds the options that every command has. */
export function addCommonOptions(command: Command): Command {
  return command
    .helpOption('-h, --help', 'show this help')
    .option('--json', 'print the result as one JSON document, and errors as JSON')
    .option('--quiet', 'print only results, warnings and errors: no progress, no advice')
    .option('--verbose', 'show where an error happened');
}

const needed = new WeakSet<Option>();

/**
 * Marks an option as required. Commander's own required options are checked before unknown ones, although the unknown one
 * may be the missing one, mistyped.
 */
export function neededOption(option: Option): Option {
  needed.add(option);
  return option;
}

/** Refuses a command without its required options. */
export function checkNeededOptions(command: Command): void {
  const missing = command.options.filter(
    (option) => needed.has(option) && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing.length === 0) return;
  const names = missing.map(({ flags }) => flags).join(' and ');
  command.error(`error: ${names} ${missing.length === 1 ? 'is' : 'are'} needed`);
}

/** Refuses arguments of a command that takes none; folders of runs belong to another command. */
export function checkNoArguments(command: Command): void {
  const { args, registeredArguments } = command;
  if (registeredArguments.length > 0 || args.length === 0) return;
  const resume: unknown = command.getOptionValue('resume');
  if (resume === undefined) command.error(`error: ${args.join(' ')}: '${command.name()}' takes options only`);
  const folders = typeof resume === 'string' ? [resume, ...args] : args;
  const named = nameTogether(folders, { all: '/*' });
  command.error(
    `error: --resume of '${command.name()}' continues what the same command started; to continue runs by their folders: lamo train --resume ${named}`,
  );
}

/** Creates an action that is loaded only when the command runs: help and usage errors do not need it. */
export function lazily<Args extends unknown[]>(
  load: () => Promise<(...args: Args) => Promise<void>>,
): (...args: Args) => Promise<void> {
  return async (...args) => (await load())(...args);
}

/** Reads a whole number of at least 1. */
export function parseCount(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('Expected a whole number of at least 1.');
}

/** Reads a whole number. */
export function parseInteger(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Expected a whole number.');
}

/** Reads a port. @param least 0 where that is any port that is free */
export function parsePort(text: string, least: 0 | 1 = 1): number {
  const port = parseInteger(text);
  if (port >= least && port <= 65_535) return port;
  throw new InvalidArgumentError(`Expected a port, ${least} to 65535.`);
}

/** Reads a number. */
export function parseNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number.');
}

/** Reads texts that are separated by commas; an empty text is an empty list. */
export function parseStrings(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
}

/** Reads numbers that are separated by commas. */
export function parseNumbers(text: string): number[] {
  return parseStrings(text).map(parseNumber);
}

/** Creates a parser that accepts one of the given names. */
export function choiceParser(choices: readonly string[], howMany = 'one'): (text: string) => string {
  return (text) => {
    if (choices.includes(text)) return text;
    const similar = nearest(text, choices);
    const hint = similar === undefined ? '' : ` Did you mean '${similar}'?`;
    throw new InvalidArgumentError(`Expected ${howMany} of ${choices.join(', ')}.${hint}`);
  };
}

/** Creates the option that names adapters to merge into a language model. @param more what else that means */
export function adapterOption(more = ''): Option {
  const description = `adapters (LoRA) to merge into it: a run, a folder, or a name on the hub${more}`;
  return new Option('--adapter <folder>', description);
}

/** Creates the option that says where to compute. */
export function deviceOption(): Option {
  return anyDeviceOption('where to compute').default('cpu');
}

/** Creates the option that says where to compute, without a default. */
export function anyDeviceOption(what: string): Option {
  const names = catalogue.devices.map(({ name }) => name);
  const parseName = choiceParser([...names, 'xla:PATH']);
  const description = `${what}: ${names.join(', ')}, or xla:PATH, the path of a PJRT plug-in (see \`lamo devices\`)`;
  return new Option('--device <name>', description).argParser((text) =>
    /^xla:[^\s]/.test(text) ? text : parseName(text),
  );
}

/** Creates the option that says how exactly a device with a choice computes in training. */
export function precisionOption(
  description = 'how products are computed in training on xla: float32, tf32, bf16 (default: tf32 on a GPU, float32 on a processor)',
): Option {
  return new Option('--precision <name>', description).argParser(choiceParser(['float32', 'tf32', 'bf16']));
}

/** Creates an option that takes a positive integer. */
export function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseCount);
}

/** Creates the option that splits simulation over threads. */
export function workersOption(what = 'threads to split the physics over'): Option {
  const description = `${what}: faster on several cores, and the same episodes to the bit`;
  return countOption('--workers <count>', `${description} (default: none but the main one)`);
}

/** Creates the option that names the Python of environments that need one. */
export function pythonOption(): Option {
  const description = 'Python with gymnasium, for environments such as gymnasium:Pendulum-v1';
  return new Option('--python <path>', `${description} (default: what LAMO_PYTHON names)`);
}

/** Creates the options of a command that trains several seeds. */
export function seedsOptions(): Option[] {
  const atOnce =
    'how many seeds to train at the same time, each in a process of its own (default: as many as there are cores; on xla, all in one program)';
  return [
    countOption('--seeds <count>', 'train this many runs, with consecutive seeds').default(1),
    countOption('--parallel <count>', atOnce),
  ];
}

/** Creates the option that continues what a command started before. */
export function resumeOption(): Option {
  return new Option('--resume', 'continue what this command started before, and start the rest').conflicts(
    'overwrite',
  );
}

/** Creates the seed option of a command. */
export function seedOption(description: string): Option {
  return new Option('--seed <seed>', description).argParser(parseInteger).default(0);
}
