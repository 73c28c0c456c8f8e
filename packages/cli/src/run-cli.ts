import { Command, CommanderError } from 'commander';
import { addCollectCommand } from './commands/collect';
import { addEvaluateCommand } from './commands/evaluate';
import { addGenerateCommand } from './commands/generate';
import { addInspectCommand } from './commands/inspect';
import { addListCommand } from './commands/list';
import { addPerplexityCommand } from './commands/perplexity';
import { addPretrainCommand } from './commands/pretrain';
import { addQuickstartCommand } from './commands/quickstart';
import { addReportCommand } from './commands/report';
import { addTrainCommand } from './commands/train';
import { ERROR, printError } from './terminal/print-error';
import { lamoVersion } from './version';

const USAGE_ERROR = 2;

/**
 * Runs the `lamo` command.
 *
 * @param args what follows the command's name
 * @returns the exit code: 0, 1 for an error, 2 for wrong usage, 130 after Ctrl-C
 */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed its own messages; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    return printError(error, args.includes('--verbose'));
  }
}

function createProgram(): Command {
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
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, ERROR)) })
    .showHelpAfterError('Add --help to see all options.')
    .exitOverride()
    .addHelpText('after', '\nStart with `lamo quickstart`. `lamo COMMAND --help` explains every option.');
  addQuickstartCommand(program);
  addCollectCommand(program);
  addTrainCommand(program);
  addEvaluateCommand(program);
  addReportCommand(program);
  addInspectCommand(program);
  addPretrainCommand(program);
  addPerplexityCommand(program);
  addGenerateCommand(program);
  addListCommand(program);
  return program;
}
