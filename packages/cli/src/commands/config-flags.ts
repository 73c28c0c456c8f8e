import { type AnyAlgorithm, type ConfigField, describeConfig } from '@lamo/algos';
import { type Command, Option } from 'commander';
import { parseInteger, parseNumber } from './common-options';

const HEADING = 'Settings of the algorithm:';

/** Adds one flag for each setting of an algorithm: `learningRate` becomes `--learning-rate`. */
export function addConfigFlags(command: Command, algorithm: AnyAlgorithm): Command {
  for (const field of describeConfig(algorithm)) {
    for (const option of optionsOf(field)) command.addOption(option.helpGroup(HEADING));
  }
  return command;
}

/** Picks the settings that were given as flags; defaults are the schema's business. */
export function readConfigFlags(
  algorithm: AnyAlgorithm,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = describeConfig(algorithm).map(({ name }) => name);
  return Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}

function optionsOf({ name, type, default: value, description }: ConfigField): Option[] {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (type === 'boolean') {
    // Help shows the flag that changes something; its opposite is for presets. The plain one comes first, or commander
    // would take `true` for a default.
    const on = new Option(`--${flag}`, description);
    const off = new Option(`--no-${flag}`, `switch off: ${lowerFirst(description)}`);
    return value === true ? [on.hideHelp(), off] : [on, off.hideHelp()];
  }
  const option = new Option(`--${flag} <${type}>`, `${lowerFirst(description)} (default: ${String(value)})`);
  if (type === 'number') option.argParser(parseNumber);
  if (type === 'integer') option.argParser(parseInteger);
  return [option];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
