import { LamoError } from '@lamo/core';
import { Command, CommanderError, type Option } from 'commander';
import { addCommonOptions, checkNeededOptions, checkNoArguments } from './commands/common-options';
import { keepCommandLine } from './terminal/command-line';
import { nameFlags } from './terminal/name-flags';
import { chooseOutput } from './terminal/output';
import { printError, wordUsageError } from './terminal/print-error';
import { lamoVersion } from './version';

/** A command as the overview shows it, and its definition, which is loaded only if it is called. */
interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<(command: Command) => void>;
}

/** All commands, by name. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  quickstart: {
    summary: 'run the whole pipeline once: collect, train, evaluate, report',
    load: async () => (await import('./commands/quickstart')).defineQuickstart,
  },
  collect: {
    summary: 'play a scripted policy and log a dataset',
    load: async () => (await import('./commands/collect')).defineCollect,
  },
  train: {
    summary: 'train an algorithm on a dataset, or continue a run',
    load: async () => (await import('./commands/train')).defineTrain,
  },
  evaluate: {
    summary: 'play a trained policy and keep the raw returns, or estimate by a log what it is worth',
    load: async () => (await import('./commands/evaluate')).defineEvaluate,
  },
  view: {
    summary: 'show recorded episodes in 3-D, or write them as a picture',
    load: async () => (await import('./commands/view')).defineView,
  },
  serve: {
    summary: 'let programs ask a trained policy, over HTTP',
    load: async () => (await import('./commands/serve')).defineServe,
  },
  report: {
    summary: 'show runs as one HTML page',
    load: async () => (await import('./commands/report')).defineReport,
  },
  data: {
    summary: 'look at data and logs of your own; convert, prepare, subsample; list, download, verify',
    load: async () => (await import('./commands/data')).defineData,
  },
  inspect: {
    summary: 'say what is in a dataset or a policy, or count parameters of a run or an algorithm',
    load: async () => (await import('./commands/inspect')).defineInspect,
  },
  pretrain: {
    summary: 'train a GPT-2 on text, for LaMo to start from',
    load: async () => (await import('./commands/pretrain')).definePretrain,
  },
  tune: {
    summary: 'teach a language model to complete prompts as examples do',
    load: async () => (await import('./commands/tune')).defineTune,
  },
  perplexity: {
    summary: 'measure how well a language model predicts a text',
    load: async () => (await import('./commands/perplexity')).definePerplexity,
  },
  generate: {
    summary: 'let a language model continue a text',
    load: async () => (await import('./commands/generate')).defineGenerate,
  },
  judge: {
    summary: 'say how good and how different the texts of a language model are',
    load: async () => (await import('./commands/judge')).defineJudge,
  },
  rewards: {
    summary: 'read out by which rewards a language model explains examples',
    load: async () => (await import('./commands/rewards')).defineRewards,
  },
  export: {
    summary: 'write a language model for other programs: transformers, onnxruntime',
    load: async () => (await import('./commands/export')).defineExport,
  },
  active: {
    summary: 'fine-tune a policy by the demonstrations that teach it most',
    load: async () => (await import('./commands/active')).defineActive,
  },
  devices: {
    summary: 'show which devices can be used, and install plug-ins for GPUs',
    load: async () => (await import('./commands/devices')).defineDevices,
  },
  list: {
    summary: 'show algorithms, environments and devices',
    load: async () => (await import('./commands/list')).defineList,
  },
};

const USAGE_ERROR = 2;

/**
 * Runs the `lamo` command.
 *
 * @param args what follows the command's name
 * @returns the exit code: 0, 1 for an error, 2 for wrong usage, 130 after Ctrl-C, 143 and 129 after SIGTERM and SIGHUP
 */
export async function runCli(args: readonly string[]): Promise<number> {
  let running: Command | undefined;
  // For errors in the command line itself; once the command is parsed, its own options apply.
  chooseOutput({ json: args.includes('--json'), quiet: args.includes('--quiet') });
  try {
    const given = askForHelp(args);
    const called = given.find((arg) => arg in commands);
    if (called !== undefined) checkWorkingFolder();
    const program = await createProgram(called);
    program.hook('preAction', (_, command) => {
      // `lamo train --json bc` means the same as `lamo train bc --json`.
      chooseOutput(command.optsWithGlobals());
      keepCommandLine(args, optionsOf(command));
      checkNoArguments(command);
      checkNeededOptions(command);
      running = command;
    });
    await program.parseAsync(given, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed its own messages; asking for help is not an error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    return printError(error, args.includes('--verbose'), (text) => nameFlags(text, running?.options ?? []));
  }
}

/** Options of a command and of those above it. */
function optionsOf(command: Command): Option[] {
  return [...command.options, ...(command.parent === null ? [] : optionsOf(command.parent))];
}

/** Relative paths do not work in a folder that was deleted. */
function checkWorkingFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new LamoError({
      where: 'cli',
      code: 'no-working-folder',
      problem: 'The working folder no longer exists',
      hint: 'Change to another folder, or back to one of the same name (cd "$PWD"), and run the command again.',
      cause,
    });
  }
}

/** `lamo` alone, `lamo help` and `lamo help train` ask for what `--help` asks for. */
function askForHelp(args: readonly string[]): readonly string[] {
  const [first = 'help', ...rest] = args;
  if (first !== 'help') return args;
  const isKnown = rest[0] === undefined || rest[0] in commands;
  return isKnown ? [...rest, '--help'] : rest;
}

/** @param called the command that is called; the overview only needs a line for each of the others */
async function createProgram(called: string | undefined): Promise<Command> {
  const program = new Command('lamo')
    .description('Offline reinforcement learning: from logged data to trained, scored policies.')
    .version(lamoVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .configureHelp({
      helpWidth: Math.min(process.stdout.columns ?? 100, 110),
      subcommandTerm: (command) => command.name(),
    })
    .configureOutput({ outputError: (text, write) => write(`${wordUsageError(text)}\n`) })
    .exitOverride()
    .addHelpText('after', '\nStart with `lamo quickstart`. `lamo help COMMAND` explains every option.');
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = addCommonOptions(program.command(name)).summary(summary);
    if (name === called) (await load())(command);
  }
  return program;
}
