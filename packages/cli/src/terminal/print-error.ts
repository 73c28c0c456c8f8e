import { LamoError } from '@lamo/data';
import pc from 'picocolors';
import { exitCodeOf } from './interrupt';

/** What stands before every error message. */
export const ERROR = pc.red('error:');

/**
 * Prints an error on stderr: its message, and where it was thrown only if that was asked for.
 *
 * @param rephrase turns a message into the words of the command line
 * @returns the exit code
 */
export function printError(
  error: unknown,
  verbose: boolean,
  rephrase: (text: string) => string = (text) => text,
): number {
  const interruption = exitCodeOf(error);
  if (interruption !== undefined) return interruption;
  const message = error instanceof Error ? error.message : String(error);
  const isExpected = LamoError.isInstance(error);
  const shown = verbose && error instanceof Error ? withCauses(error) : rephrase(message);
  process.stderr.write(`${ERROR} ${shown}\n`);
  if (!isExpected && !verbose) {
    process.stderr.write(
      pc.dim('This may be a bug in lamo. Run it again with --verbose to see where it happened.\n'),
    );
  }
  return 1;
}

function withCauses(error: Error): string {
  const stack = error.stack ?? error.message;
  if (error.cause === undefined) return stack;
  return `${stack}\ncaused by ${error.cause instanceof Error ? withCauses(error.cause) : String(error.cause)}`;
}
