import type { ConfigField } from '@lamo/algos';
import { type Command, Option } from 'commander';
import { absolute } from '../absolute';
import { kebabCase } from '../kebab-case';
import { choiceParser, parseInteger, parseNumber, parseNumbers, parseStrings } from './common-options';

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

/**
 * Picks the settings that were given as flags; the schema fills in defaults. Files and folders become absolute
 * paths, so that a run can be continued from any folder.
 */
export function readConfigFlags(
  fields: readonly ConfigField[],
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = fields.filter(({ name }) => options[name] !== undefined);
  return Object.fromEntries(given.map((field) => [field.name, readValue(field, options[field.name])]));
}

function readValue({ type, choices, nullable, default: usual }: ConfigField, value: unknown): unknown {
  // Commander turns null into an empty text, so it is put in here.
  if (nullable && value === NONE) return null;
  const mayBePath = type === 'string' && choices === undefined && value !== usual;
  return mayBePath ? absolute(value as string) : value;
}

function optionsOf(field: ConfigField): Option[] {
  const { name, type, description } = field;
  const flag = kebabCase(name);
  if (type === 'boolean') {
    // Help shows the flag that changes the default; its opposite is for presets. The plain one comes first, or commander
    // would take `true` for a default.
    const on = new Option(`--${flag}`, lowerFirst(description));
    const off = new Option(`--no-${flag}`, `switch off: ${lowerFirst(description)}`);
    return field.default === true ? [on.hideHelp(), off] : [on, off.hideHelp()];
  }
  const option = new Option(`--${flag} <${type}>`, `${lowerFirst(description)} (${explain(field)})`);
  return [option.argParser(parserOf(type, field))];
}

/** What help adds to a description: `default: 0.1`, `full, lora; default: lora`, `separated by commas; default: none`. */
function explain({ type, choices, nullable, default: value }: ConfigField): string {
  const isList = type === 'numbers' || type === 'strings';
  const commas = isList ? 'separated by commas' : undefined;
  const none = nullable && value !== null ? `or ${NONE}` : undefined;
  const parts = [choices?.join(', '), commas, none, `default: ${toText(value)}`];
  return parts.filter((part) => part !== undefined).join('; ');
}

/** Formats a value as one would type it on the command line. */
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
  const check = choices && choiceParser(choices, type === 'strings' ? 'some' : 'one');
  return (text) => {
    if (nullable && text === NONE) return NONE;
    const value = parse(text);
    if (check) for (const chosen of [value].flat()) check(String(chosen));
    return value;
  };
}

/** Starts a sentence in lower case, unless with a name: `Width` becomes `width`, `K` and `GPT-2` stay. */
function lowerFirst(text: string): string {
  return text.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
}
