import { type AnyAlgorithm, parseConfig } from '@lamo/algos';
import { kebabCase } from '../kebab-case';
import { digest } from './digest';

/** Names get no longer than is pleasant to read; those of many changes are shortened to a hash. */
const LONGEST = 40;

/**
 * Names a variant of an algorithm for its folder: the preset, and the settings that differ from it, as
 * `discount-0.9`, so that two variants do not meet in one. The algorithm as it is has no name.
 *
 * @throws LamoError what `parseConfig` throws
 */
export function describeVariant(
  algorithm: AnyAlgorithm,
  given: Readonly<Record<string, unknown>>,
  preset?: string,
): string[] {
  const usual = parseConfig(algorithm, {}, preset);
  const changes = Object.entries(parseConfig(algorithm, given, preset)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]),
  );
  return [...(preset === undefined ? [] : [preset]), ...(changes.length === 0 ? [] : [describe(changes)])];
}

function describe(changes: readonly [name: string, value: unknown][]): string {
  const texts = changes.map(([name, value]) => [kebabCase(name), String(value)]);
  const text = texts.flat().join('-');
  const isPlain = texts.every(([, value]) => /^[\w.,-]+$/.test(value!));
  if (isPlain && text.length <= LONGEST) return text;
  return digest(JSON.stringify(changes), 8);
}
