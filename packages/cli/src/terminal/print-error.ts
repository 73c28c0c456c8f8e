import { LamoError } from '@lamo/data';
import pc from 'picocolors';
import { exitCodeOf } from './interrupt';
import { wordMessage } from './output';

/** What stands before every error message. */
const ERROR = pc.red('error:');

const USAGE_HINT = 'Add --help to see all options.';
const BUG = 'This may be a bug in lamo. Run it again with --verbose to see where it happened.';

/** An error for programs. */
export interface ErrorFacts {
  /** Stable identifier; `unexpected` for what may be a bug. */
  readonly code: string;
  /** Part of lamo that noticed it, or the run that failed. */
  readonly where?: string;
  readonly problem: string;
  readonly expected?: string | undefined;
  readonly received?: string | undefined;
  /** What one can do about it. */
  readonly hint?: string | undefined;
  /** Where it was thrown; only if that was asked for. */
  readonly stack?: string;
}

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
  const facts = factsOf(error, rephrase);
  const stack = verbose && error instanceof Error ? { stack: withCauses(error) } : {};
  const words = interruption === undefined ? describe(error, verbose, rephrase) : describeStop(facts);
  const message = wordError({ ...facts, ...stack }, words);
  if (message !== '') process.stderr.write(`${message}\n`);
  return interruption ?? 1;
}

/** Words an error for whoever reads it: as they are given, or its facts as a line of JSON. */
export function wordError(facts: ErrorFacts, words: string): string {
  return wordMessage('error', facts, words);
}

/** Words wrong usage. @param message as commander says it: `error: unknown option '--stps'` */
export function wordUsageError(message: string): string {
  const problem = message.replace(/^error: /, '').trim();
  return wordError({ code: 'usage', problem, hint: USAGE_HINT }, `${ERROR} ${problem}\n${USAGE_HINT}`);
}

function factsOf(error: unknown, rephrase: (text: string) => string): ErrorFacts {
  if (!LamoError.isInstance(error)) {
    return { code: 'unexpected', problem: error instanceof Error ? error.message : String(error), hint: BUG };
  }
  const { code, where, problem, ...rest } = error;
  const [expected, received, hint] = [rest.expected, rest.received, rest.hint].map(
    (text) => text && rephrase(text),
  );
  return { code, where, problem: rephrase(problem), expected, received, hint };
}

function describe(error: unknown, verbose: boolean, rephrase: (text: string) => string): string {
  if (verbose && error instanceof Error) return `${ERROR} ${withCauses(error)}`;
  const message = error instanceof Error ? error.message : String(error);
  const shown = `${ERROR} ${rephrase(message)}`;
  return LamoError.isInstance(error) || verbose ? shown : `${shown}\n${pc.dim(BUG)}`;
}

/** Whoever has pressed Ctrl-C knows that; what may be news is how far it came, and how to go on. */
function describeStop({ problem, hint }: ErrorFacts): string {
  return hint === undefined ? '' : `${problem}. ${hint}`;
}

function withCauses(error: Error): string {
  const stack = error.stack ?? error.message;
  if (error.cause === undefined) return stack;
  return `${stack}\ncaused by ${error.cause instanceof Error ? withCauses(error.cause) : String(error.cause)}`;
}
