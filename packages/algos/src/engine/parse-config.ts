import { LamoError, nearest, showValue } from '@lamo/core';
import { z } from 'zod';
import type { AnyAlgorithm } from './algorithm';
import { describeRequirement, type JsonField } from './describe-requirement';

/** One setting of an algorithm, for flags, help texts and documentation. */
export interface ConfigField {
  /** Name of the setting, in camel case. */
  readonly name: string;
  /** Type of its value; `numbers` and `strings` are lists. */
  readonly type: 'number' | 'integer' | 'boolean' | 'string' | 'numbers' | 'strings';
  /** What a string, or each string of a list, is chosen from, if not any will do. */
  readonly choices?: readonly string[];
  /** Whether it may be null: none. */
  readonly nullable: boolean;
  /** Undefined for a setting that may be left out. */
  readonly default: unknown;
  /** What it does, in one line. */
  readonly description: string;
}

/** What has settings: an algorithm, or a pre-training. */
export type Configurable = Pick<AnyAlgorithm, 'name' | 'title' | 'config' | 'presets'>;

/**
 * Checks settings against an algorithm's schema and fills in the defaults.
 *
 * @param preset name of a set of settings that the given ones are laid over
 * @throws LamoError `unknown-config-key`, `unknown-preset`, `invalid-config`
 */
export function parseConfig(
  algorithm: Configurable,
  given: Readonly<Record<string, unknown>> = {},
  preset?: string,
): Readonly<Record<string, unknown>> {
  const known = Object.keys(algorithm.config.shape);
  for (const key of Object.keys(given))
    if (!known.includes(key)) throw unknownName(algorithm, 'config-key', key, known);
  const result = algorithm.config.safeParse({ ...findPreset(algorithm, preset), ...given });
  if (result.success) return Object.freeze(result.data);
  throw invalidConfig(algorithm, result.error.issues[0]!, given);
}

function invalidConfig(
  { name, config }: Configurable,
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, unknown>>,
): LamoError {
  const key = String(issue.path[0]);
  const { description, ...field } = jsonFields(config)[key]!;
  // A check of the schema's own knows best what it is about.
  const problem =
    issue.code === 'custom' ? `is not valid: ${issue.message}` : `must be ${describeRequirement(field)}`;
  return new LamoError({
    where: `algos/${name}`,
    code: 'invalid-config',
    problem: `'${key}' ${problem}`,
    received: key in given ? showValue(given[key]) : 'nothing',
    ...(description === undefined ? {} : { hint: `It means: ${lowerFirst(description)}.` }),
  });
}

/** Lowers the first letter of a text in mid-sentence, but not that of a name: `Width` becomes `width`, `K` and `GPT-2` stay. */
function lowerFirst(text: string): string {
  return text.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
}

/**
 * Checks settings that a checkpoint or a manifest holds. One that came with a later version has the value by which the
 * program acted before, so that a run continues as it began: `earlier` in the schema's metadata, or else the default.
 *
 * @throws LamoError `unknown-config-key`, `invalid-config`
 */
export function parseSavedConfig(
  algorithm: Configurable,
  saved: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const earlier = Object.entries(algorithm.config.shape).flatMap(([name, field]) => {
    const { earlier: value } = (field as z.ZodType).meta() ?? {};
    return value === undefined ? [] : [[name, value] as const];
  });
  return parseConfig(algorithm, { ...Object.fromEntries(earlier), ...saved });
}

/** Lists an algorithm's settings with type, default and description, from its schema. */
export function describeConfig(algorithm: Pick<Configurable, 'config'>): ConfigField[] {
  return Object.entries(jsonFields(algorithm.config)).map(([name, field]) => describeField(name, field));
}

function jsonFields(config: Configurable['config']): Readonly<Record<string, JsonField>> {
  return (z.toJSONSchema(config, { io: 'input' }).properties ?? {}) as Record<string, JsonField>;
}

/** A setting that may be null has `type: ['string', 'null']`, or `anyOf` with one of them null. */
function describeField(name: string, field: JsonField): ConfigField {
  const variants = field.anyOf ?? [field];
  const value = variants.find(({ type }) => type !== 'null')!;
  const types = variants.flatMap(({ type = [] }) => type);
  const type = types.find((each) => each !== 'null');
  const list = value.items?.type === 'string' ? 'strings' : 'numbers';
  const choices = value.enum ?? value.items?.enum;
  return {
    name,
    type: type === 'array' ? list : (type as ConfigField['type']),
    nullable: types.includes('null'),
    default: field.default,
    description: field.description!,
    ...(choices === undefined ? {} : { choices }),
  };
}

function findPreset(algorithm: Configurable, preset: string | undefined): Readonly<Record<string, unknown>> {
  if (preset === undefined) return {};
  const found = Object.hasOwn(algorithm.presets, preset) ? algorithm.presets[preset] : undefined;
  if (found === undefined) throw unknownName(algorithm, 'preset', preset, Object.keys(algorithm.presets));
  return found;
}

function unknownName(
  algorithm: Configurable,
  kind: string,
  name: string,
  known: readonly string[],
): LamoError {
  const similar = nearest(name, known);
  return new LamoError({
    where: `algos/${algorithm.name}`,
    code: `unknown-${kind}`,
    problem: `${algorithm.title} has no ${kind.replace('-', ' ')} '${name}'`,
    expected: known.length === 0 ? 'none: there are no presets' : known.join(', '),
    received: name,
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}
