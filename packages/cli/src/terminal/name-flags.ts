import type { Option } from 'commander';

/**
 * Replaces the names of settings in a message by flags: `textLength` becomes `--text-length`. Libraries use
 * the names that programs use.
 *
 * @param options of the command that was called
 */
export function nameFlags(message: string, options: readonly Option[]): string {
  const flags = options.filter((option) => option.long !== undefined && !option.negate);
  const named = flags.reduce((text, option) => {
    const name = option.attributeName();
    const quoted = text.replace(new RegExp(`(['\`])${name}\\1`, 'g'), option.long!);
    // A name that joins several words is not an ordinary word of a sentence.
    return /[A-Z]/.test(name) ? quoted.replace(new RegExp(`\\b${name}\\b`, 'g'), option.long!) : quoted;
  }, message);
  // Messages name both the flag and the setting, which are one here; or what only programs know.
  return named
    .replaceAll(new RegExp(`(--[a-z][\\w-]*)(${VALUE})?, \\1(?![\\w-])`, 'g'), '$1$2')
    .replaceAll(new RegExp(`(--[a-z][\\w-]*(?:${VALUE})?), \`[^\`]+\``, 'g'), '$1');
}

/** What may follow a flag: `truncated`, `'room=previous'`. */
const VALUE = " (?:'[^']*'|[^\\s,()'`]+)";
