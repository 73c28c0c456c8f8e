import { LamoError } from '@lamo/core';
import pc from 'picocolors';
import { z } from 'zod';
import { exitCodeOf } from './interrupt';
import { wordMessage } from './output';

/** The prefix of every error message. */
const ERROR = pc.red('error:');

const USAGE_HINT = 'Add --help to see all options.';
const BUG = 'This may be a bug in lamo. Run it again with --verbose to see where it happened.';

/** An error for programs. */
export interface ErrorFacts {
  /** Stable identifier; `unexpected` for what may be a bug. */
  readonly code: string;
  /** Which of several runs failed: `seed 3`. */
  readonly run?: string;
  /** Part of lamo that reported it. */
  readonly where?: string | undefined;
  readonly problem: string;
  readonly expected?: string | undefined;
  readonly received?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** The stack; only with --verbose. */
  readonly stack?: string;
}

/**
 * Prints an error on stderr: its message, and its stack only with --verbose.
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

/** Formats an error as text, or as a line of JSON. */
export function wordError(facts: ErrorFacts, words: string): string {
  return wordMessage('error', facts, words);
}

/** Finds the error in a process's stderr with lines of JSON; undefined if there is none. */
export function readError(stderr: string): ErrorFacts | undefined {
  const lines = stderr.split('\n').toReversed();
  return lines.map((line) => errorLine.safeParse(line).data?.error).find((facts) => facts !== undefined);
}

const text = z.string().optional();

/** Libraries write lines of their own between ours. */
const errorLine = z
  .string()
  .transform((line, context) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      context.addIssue('no JSON');
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      error: z.object({
        ...{ code: z.string(), problem: z.string() },
        ...{ where: text, expected: text, received: text, hint: text, stack: z.string().exactOptional() },
      }),
    }),
  );

/** Formats an error of another process as that process would. */
export function describeFacts({ stack, where, expected, received, hint, ...facts }: ErrorFacts): string {
  if (stack !== undefined) return `${ERROR} ${stack}`;
  if (where === undefined)
    return [`${ERROR} ${facts.problem}`, hint && pc.dim(hint)].filter(Boolean).join('\n');
  const more = {
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    ...(hint === undefined ? {} : { hint }),
  };
  return `${ERROR} ${withoutPlace(new LamoError({ where, ...facts, ...more }).message)}`;
}

/** Formats a usage error. @param message as commander says it: `error: unknown option '--stps'` */
export function wordUsageError(message: string): string {
  const problem = message.replace(/^error: /, '').trim();
  return wordError({ code: 'usage', problem, hint: USAGE_HINT }, `${ERROR} ${problem}\n${USAGE_HINT}`);
}

/** What programs are told of an error. @param rephrase turns a message into the words of the command line */
export function factsOf(error: unknown, rephrase: (text: string) => string = (text) => text): ErrorFacts {
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
  const shown = `${ERROR} ${rephrase(withoutPlace(message))}`;
  return LamoError.isInstance(error) || verbose ? shown : `${shown}\n${pc.dim(BUG)}`;
}

/** Which part of which package reports an error matters to programs, and to whoever asks for it (--verbose). */
const withoutPlace = (message: string) => message.replace(/^\[lamo\/[^\]]*\] /, '');

/** Whoever pressed Ctrl-C knows that; only how far it got, and how to continue, is news. */
function describeStop({ problem, hint }: ErrorFacts): string {
  return hint === undefined ? '' : `${problem}. ${hint}`;
}

function withCauses(error: Error): string {
  const stack = error.stack ?? error.message;
  if (error.cause === undefined) return stack;
  return `${stack}\ncaused by ${error.cause instanceof Error ? withCauses(error.cause) : String(error.cause)}`;
}
