import type { Command } from 'commander';

/**
 * Formats the options that a command was given, as one would type them.
 *
 * @param except names of options to leave out, in camel case
 */
export function givenOptions(command: Command, except: readonly string[]): string[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli' || except.includes(name)) return [];
    const value: unknown = command.getOptionValue(name);
    if (option.variadic) return [option.long!, ...(value as readonly unknown[]).map(String)];
    if (typeof value !== 'boolean') return [option.long!, String(value)];
    // `--flag` and `--no-flag` share a name.
    return value === option.negate ? [] : [option.long!];
  });
}
