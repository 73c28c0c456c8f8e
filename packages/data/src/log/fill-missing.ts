import { type StandIn, showValue } from '@lamo/core';
import type { Arrangement, Places } from './arrange-episodes';
import type { CellColumn } from './cell-column';
import type { FillRule } from './encoding';
import { logError } from './log-error';
import { isOfDecision } from './role-words';

/** Brings the cells of a column in the order of a dataset. @returns [N, width] */
export function inOrder({ numbers, width }: CellColumn, { order }: Arrangement): Float64Array {
  const ordered = new Float64Array(order.length * width);
  for (let i = 0; i < order.length; i++)
    ordered.set(numbers.subarray(order[i]! * width, (order[i]! + 1) * width), i * width);
  return ordered;
}

/** The sum of what is not missing in one part of a column, and how many those are; added to what there was before. */
export interface PartSum {
  readonly sum: number;
  readonly count: number;
}

/** Adds up one part of a column. @param numbers [N, width] */
export function sumPart(
  numbers: Float64Array,
  width: number,
  part: number,
  before: PartSum = { sum: 0, count: 0 },
): PartSum {
  let { sum, count } = before;
  for (let i = part; i < numbers.length; i += width) {
    if (Number.isNaN(numbers[i])) continue;
    sum += numbers[i]!;
    count++;
  }
  return { sum, count };
}

/** Of nothing it is 0. */
export const meanOf = ({ sum, count }: PartSum): number => (count === 0 ? 0 : sum / count);

/**
 * Brings the cells of a column in the order of a dataset, and fills in what is missing. Texts that a rule adds are added to `texts`.
 *
 * @param means of each part, where the column is a part of a longer one. @default those of the numbers
 * @returns numbers [N, width], how many of them were filled in, how many of those by the mean because nothing came before, and what stands in
 *   for those that will be missing; undefined without a rule that says it
 * @throws LamoError `missing-value` without a rule, `fill-rule` if the rule does not fit the column
 */
export function fillMissing(
  places: Places,
  column: CellColumn,
  arrangement: Arrangement,
  rule: FillRule | undefined,
  texts: string[],
  means?: readonly number[],
): {
  readonly numbers: Float64Array;
  readonly filled: number;
  readonly filledByMean: number;
  readonly standIn: StandIn | undefined;
} {
  const { width } = column;
  const { order, terminated, truncated } = arrangement;
  const numbers = inOrder(column, arrangement);
  const first = numbers.findIndex((number) => Number.isNaN(number));
  const standIn = standInOf(column, rule, (part) => means?.[part] ?? meanOf(sumPart(numbers, width, part)));
  if (first === -1) return { numbers, filled: 0, filledByMean: 0, standIn };
  if (rule === undefined || rule === 'drop')
    throw missingValue(places, column, order[Math.floor(first / width)]!);
  const isMadeUp = isOfDecision(column.options.role) && (rule === 'previous' || rule === 'mean');
  if (standIn === undefined || isMadeUp) throw wrongRule(places, column, rule);
  const constant = constantOf(places, column, standIn, texts);
  let [filled, filledByMean] = [0, 0];
  for (let part = 0; part < width; part++) {
    let isFirst = true;
    for (let i = 0; i < order.length; i++) {
      const at = i * width + part;
      if (Number.isNaN(numbers[at])) {
        numbers[at] = rule === 'previous' && !isFirst ? numbers[at - width]! : constant(part);
        filled++;
        if (rule === 'previous' && isFirst) filledByMean++;
      }
      isFirst = terminated[i] === 1 || truncated[i] === 1;
    }
  }
  return { numbers, filled, filledByMean, standIn };
}

/** What a rule says of whatever is missing; undefined where it says nothing, or does not fit the column. */
export function standInOf(
  { kind, width }: Pick<CellColumn, 'kind' | 'width'>,
  rule: FillRule | undefined,
  meanOfPart: (part: number) => number = () => Number.NaN,
): StandIn | undefined {
  if (rule === undefined || rule === 'drop') return undefined;
  if (kind === 'text') {
    if (rule === 'previous') return { previous: true };
    return rule === 'mean' ? undefined : { value: String(rule) };
  }
  const each = (value: (part: number) => number) => Array.from({ length: width }, (_, part) => value(part));
  const means = () => ({ value: each(meanOfPart) });
  if (rule === 'mean') return means();
  if (rule === 'previous') return { previous: true, ...means() };
  const number = typeof rule === 'number' ? rule : rule.trim() === '' ? Number.NaN : Number(rule);
  return Number.isFinite(number) && kind !== 'time' ? { value: each(() => number) } : undefined;
}

/** What is filled in where nothing came before. */
function constantOf(
  places: Places,
  column: CellColumn,
  { value }: StandIn,
  texts: string[],
): (part: number) => number {
  if (value === undefined) {
    return () => {
      throw logError('fill-rule', `"${column.name}" of ${places.path} is missing where an episode begins`, {
        expected: 'a category before it, to be repeated',
        hint: `Name a category that stands for it, such as --fill '${column.name}=unknown', \`fill\`; or leave those episodes out: --fill '${column.name}=drop'.`,
      });
    };
  }
  if (typeof value !== 'string') return (part) => value[part]!;
  const place = texts.indexOf(value);
  if (place === -1) texts.push(value);
  const found = place === -1 ? texts.length - 1 : place;
  return () => found;
}

function missingValue({ path, at }: Places, { name, missing, options }: CellColumn, row: number) {
  return logError('missing-value', `"${name}" of ${path} has no value in ${at(row)}`, {
    expected: 'a value in every row, or a rule for those that are missing',
    received: missing === 1 ? 'one that is missing' : `${missing} that are missing`,
    hint: isOfDecision(options.role)
      ? `What was done or earned cannot be made up: leave out the episodes that lack it (--fill '${name}=drop', \`fill\`), or mend the log. If nothing written means something, say what: --fill '${name}=0'.`
      : `Say what stands in for them: --fill '${name}=previous', \`fill\`, for the last value of the episode (the mean, where it begins with none); or mean, drop (the whole episode), a number, a category. Or leave the column out.`,
  });
}

/** Rules that fit a column, by what it has. */
const FITTING = {
  text: 'previous, drop, or a category',
  time: 'previous, mean or drop',
  number: 'previous, mean, drop, or a number',
};
/** Those that make nothing up. */
const FITTING_DECISIONS = {
  text: 'drop, or the category that nothing written stands for',
  time: 'drop',
  number: 'drop, or the number that nothing written stands for',
};

function wrongRule({ path }: Places, { name, kind, options }: CellColumn, rule: FillRule) {
  const fitting = isOfDecision(options.role) ? FITTING_DECISIONS : FITTING;
  const problem = `The rule for what is missing in "${name}" of ${path} does not fit its values`;
  return logError('fill-rule', problem, {
    expected: fitting[kind === 'text' || kind === 'time' ? kind : 'number'],
    received: showValue(rule),
  });
}
