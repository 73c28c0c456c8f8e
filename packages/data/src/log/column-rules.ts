import { nearest, showValue } from '@lamo/core';
import { ENCODINGS, type Encoding, type FillRule } from './encoding';
import { patternOf } from './log-columns';
import { logError } from './log-error';

/** What is said of single columns. */
export interface ColumnRules {
  readonly encodingOf: (name: string) => Encoding | undefined;
  readonly fillOf: (name: string) => FillRule | undefined;
}

/**
 * Reads rules by names and patterns. Of several that fit a column its own name counts most, then the first pattern.
 *
 * @param used names of the columns that are read
 * @throws LamoError `unknown-column` for a rule that fits none of them, `out-of-range` for an encoding that there is not
 */
export function columnRules(
  path: string,
  used: readonly string[],
  {
    encode = {},
    fill = {},
  }: { encode?: Readonly<Record<string, Encoding>>; fill?: Readonly<Record<string, FillRule>> },
): ColumnRules {
  for (const encoding of Object.values(encode)) {
    if (ENCODINGS.includes(encoding)) continue;
    throw logError('out-of-range', 'There is no such encoding', {
      expected: ENCODINGS.join(', '),
      received: showValue(encoding),
    });
  }
  return { encodingOf: ruleBy(path, used, encode), fillOf: ruleBy(path, used, fill) };
}

function ruleBy<Rule>(
  path: string,
  used: readonly string[],
  rules: Readonly<Record<string, Rule>>,
): (name: string) => Rule | undefined {
  const patterns = Object.entries(rules).map(([name, rule]) => ({ pattern: patternOf(name), name, rule }));
  for (const { name, pattern } of patterns) {
    if (used.some((column) => pattern.test(column))) continue;
    const similar = nearest(name, used);
    throw logError('unknown-column', `No column of ${path} that is read is called "${name}"`, {
      expected: used.join(', '),
      received: name,
      ...(similar === undefined ? {} : { hint: `Did you mean "${similar}"?` }),
    });
  }
  return (column) =>
    Object.hasOwn(rules, column) ? rules[column] : patterns.find(({ pattern }) => pattern.test(column))?.rule;
}
