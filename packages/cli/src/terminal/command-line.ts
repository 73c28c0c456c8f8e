import type { Option } from 'commander';
import { OUTPUT_FLAGS } from './output';

/** A process runs one command. */
let typed: readonly string[] = process.argv.slice(2);

/**
 * Keeps the arguments of a command, except for its output options, which do not change what it does.
 *
 * @param options that the command has, before those of the commands above it: an argument may be the value of one, whatever it looks like
 */
export function keepCommandLine(args: readonly string[], options: readonly Option[]): void {
  const speech = OUTPUT_FLAGS.map((name) => `--${name}`);
  let isValue = false;
  typed = args.filter((arg) => {
    const isKept = isValue || !speech.includes(arg);
    isValue = !isValue && options.find(({ long }) => long === arg)?.required === true;
    return isKept;
  });
}

/** The command as one would type it to repeat it. */
export function commandLine(): string {
  return ['lamo', ...typed].join(' ');
}
