import type { Option } from 'commander';

/**
 * Names settings in a message as one gives them on the command line: `textLength` becomes `--text-length`. Libraries know
 * them by the names that programs use.
 *
 * @param options of the command that was called
 */
export function nameFlags(message: string, options: readonly Option[]): string {
  const flags = options.filter((option) => option.long !== undefined && !option.negate);
  return flags.reduce((text, option) => {
    const name = option.attributeName();
    const quoted = text.replace(new RegExp(`(['\`])${name}\\1`, 'g'), option.long!);
    // Of several words in one, a name is no word of any sentence.
    return /[A-Z]/.test(name) ? quoted.replace(new RegExp(`\\b${name}\\b`, 'g'), option.long!) : quoted;
  }, message);
}
