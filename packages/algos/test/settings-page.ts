import type { AnyAlgorithm } from '../src/engine/algorithm';
import { algorithms } from '../src/engine/find-algorithm';
import { type ConfigField, describeConfig } from '../src/engine/parse-config';

const INTRODUCTION = `# Settings and metrics of the algorithms

What \`config\` of \`train\` takes, and \`lamo train\` as flags: \`batchSize\` is \`--batch-size\`, and what is true by default is
switched off with \`--no-…\`. Presets are settings by name; what is given besides is laid over them.

This page is written by \`pnpm run docs\` from the algorithms.`;

/** Writes the page: tables of settings, presets and metrics for each algorithm. */
export function settingsPage(): string {
  return `${[INTRODUCTION, ...[...algorithms.values()].map(section)].join('\n\n')}\n`;
}

function section(algorithm: AnyAlgorithm): string {
  const { name, title, paper, presets, metrics } = algorithm;
  const rows = describeConfig(algorithm).map((field) => [
    code(field.name),
    value(field.default),
    alternatives(field).map(value).join(', '),
    field.description,
  ]);
  const named = Object.entries(presets).map(([preset, settings]) => [
    code(preset),
    Object.entries(settings)
      .map(([setting, given]) => `${code(setting)} ${value(given)}`)
      .join(', ') || 'the defaults',
  ]);
  const reported = Object.entries(metrics).map(([metric, words]) => [code(metric), words]);
  return [
    `## ${name}`,
    `${title}: ${paper}.`,
    table(['setting', 'default', 'or', 'meaning'], rows),
    ...(named.length === 0 ? [] : [table(['preset', 'settings'], named)]),
    table(['metric', 'meaning'], reported),
  ].join('\n\n');
}

/** What else a setting may be, where that can be listed. */
function alternatives({ choices = [], nullable, default: usual }: ConfigField): unknown[] {
  return [...choices, ...(nullable ? [null] : [])].filter((choice) => choice !== usual);
}

const code = (text: string) => `\`${text}\``;

/** A value as people read it: null and the empty list are none. */
function value(given: unknown): string {
  if (Array.isArray(given)) return given.map(value).join(', ') || 'none';
  if (given === null) return 'none';
  return typeof given === 'string' ? code(given) : String(given);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
