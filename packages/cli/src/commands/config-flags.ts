import type { ConfigField } from '@lamo/algos';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseInteger, parseNumber, parseNumbers, parseStrings } from './common-options';

const HEADING = 'Settings of the algorithm:';
/** How null is written on the command line. */
const NONE = 'none';

/** Adds one flag for each setting of an algorithm: `learningRate` becomes `--learning-rate`. */
export function addConfigFlags(command: Command, fields: readonly ConfigField[], heading = HEADING): Command {
  for (const field of fields) {
    for (const option of optionsOf(field)) command.addOption(option.helpGroup(heading));
  }
  return command;
}

/** Picks the settings that were given as flags; defaults are the schema's business. */
export function readConfigFlags(
  fields: readonly ConfigField[],
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = fields.filter(({ name }) => options[name] !== undefined);
  // Commander turns null into an empty text, so it is put in here.
  const read = ({ name, nullable }: ConfigField) =>
    nullable && options[name] === NONE ? null : options[name];
  return Object.fromEntries(given.map((field) => [field.name, read(field)]));
}

function optionsOf(field: ConfigField): Option[] {
  const { name, type, description } = field;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (type === 'boolean') {
    // Help shows the flag that changes something; its opposite is for presets. The plain one comes first, or commander
    // would take `true` for a default.
    const on = new Option(`--${flag}`, description);
    const off = new Option(`--no-${flag}`, `switch off: ${lowerFirst(description)}`);
    return field.default === true ? [on.hideHelp(), off] : [on, off.hideHelp()];
  }
  const option = new Option(`--${flag} <${type}>`, `${lowerFirst(description)} (${explain(field)})`);
  return [option.argParser(parserOf(type, field))];
}

/** What the help adds to a description: `default: 0.1`, `full, lora; default: lora`. */
function explain({ type, choices, nullable, default: value }: ConfigField): string {
  const isList = type === 'numbers' || type === 'strings';
  const what = choices?.join(', ') ?? (isList ? 'separated by commas' : undefined);
  const none = nullable && value !== null ? `or ${NONE}` : undefined;
  const parts = [what, none, `default: ${toText(value)}`];
  return parts.filter((part) => part !== undefined).join('; ');
}

/** Writes a value as one would on the command line. */
function toText(value: unknown): string {
  return String(value ?? NONE) || NONE;
}

const parsers = {
  number: parseNumber,
  integer: parseInteger,
  string: (text: string) => text,
  numbers: parseNumbers,
  strings: parseStrings,
};

function parserOf(type: keyof typeof parsers, { choices, nullable }: ConfigField): (text: string) => unknown {
  const parse = parsers[type];
  return (text) => {
    if (nullable && text === NONE) return NONE;
    if (choices === undefined || choices.includes(text)) return parse(text);
    throw new InvalidArgumentError(`Expected one of ${choices.join(', ')}.`);
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
