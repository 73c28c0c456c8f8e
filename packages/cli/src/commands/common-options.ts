import { type Command, InvalidArgumentError, Option } from 'commander';

/** Adds the option that every command has. */
export function addCommonOptions(command: Command): Command {
  return command
    .helpOption('-h, --help', 'show this help')
    .option('--verbose', 'show where an error happened');
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

/** Makes an option that takes a count. */
export function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseCount);
}

/** Makes the option that seeds a command. */
export function seedOption(description: string): Option {
  return new Option('--seed <seed>', description).argParser(parseInteger).default(0);
}
