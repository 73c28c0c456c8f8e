import { type ActionBounds, type Dataset, LamoError } from '@lamo/core';
import { classCount } from '@lamo/data';
import { z } from 'zod';

const bound = () => z.union([z.array(z.number()), z.number(), z.null()]).default(null);

/** Metadata of a setting that means nothing where actions are classes: a training on classes refuses it. */
export const forVectors = (description: string) => ({ description, noEffectOn: 'discrete-actions' as const });

/** Settings of every algorithm: the range of actions. In batches actions are between −1 and 1, whatever their range in the data. */
export const actionConfig = {
  actionBounds: z
    .enum(['unit', 'data'])
    .default('unit')
    .meta(
      forVectors(
        'What actionLow and actionHigh are if not given: -1 and 1, or the smallest and largest in the data',
      ),
    ),
  actionLow: bound().meta(forVectors('Smallest action: one number for all components, or one for each')),
  actionHigh: bound().meta(forVectors('Largest action: one number for all components, or one for each')),
};

/** Those of {@link actionConfig} that an algorithm has. */
type ActionConfig = { [Key in keyof typeof actionConfig]?: z.infer<(typeof actionConfig)[Key]> };

/**
 * Determines the range of a policy's actions, and checks that those in the data are within it.
 *
 * @returns null for −1 to 1, and for classes
 * @throws LamoError `invalid-config`, `actions-out-of-range`
 */
export function resolveActionBounds(dataset: Dataset, config: ActionConfig): ActionBounds | null {
  if (classCount(dataset) !== undefined) return null;
  const ranges = actionRanges(dataset);
  const isData = config.actionBounds === 'data';
  const low = perComponent('actionLow', config.actionLow ?? (isData ? ranges.low : -1), dataset);
  const high = perComponent('actionHigh', config.actionHigh ?? (isData ? ranges.high : 1), dataset);
  const isConstant = (column: number) => isData && ranges.low[column] === ranges.high[column];
  const empty = low.findIndex((least, i) => !(least < high[i]!) && !isConstant(i));
  if (empty >= 0) throw emptyRange(empty, low[empty]!, high[empty]!);
  checkActions(dataset, ranges, { low, high });
  return low.every((least) => least === -1) && high.every((most) => most === 1) ? null : { low, high };
}

/** Copies a dataset, or actions alone, with actions between −1 and 1; as it is without bounds. */
export function scaleActions<Actions extends LoggedActions>(
  logged: Actions,
  bounds: ActionBounds | null,
): Actions {
  if (bounds === null) return logged;
  const { low, high } = bounds;
  const actions = logged.actions.map((action, i) => {
    const column = i % logged.actionSize;
    const range = high[column]! - low[column]!;
    return range === 0 ? 0 : (2 * (action - low[column]!)) / range - 1;
  });
  return { ...logged, actions };
}

/** Undoes {@link scaleActions}. */
export function unscaleActions<Actions extends LoggedActions>(
  scaled: Actions,
  bounds: ActionBounds | null,
): Actions {
  if (bounds === null) return scaled;
  const { low, high } = bounds;
  const actions = scaled.actions.map((action, i) => {
    const column = i % scaled.actionSize;
    return low[column]! + ((action + 1) / 2) * (high[column]! - low[column]!);
  });
  return { ...scaled, actions };
}

/** Actions that are vectors of numbers, [N, A]: those of a dataset, or of a policy. */
export type LoggedActions = Pick<Dataset, 'actions' | 'actionSize'>;

/** Lists the components of actions that leave their range by more than rounding explains, with both ranges in words. */
export function findOutside(
  actions: LoggedActions,
  { low, high }: ActionBounds,
  ranges = actionRanges(actions),
): { readonly columns: readonly number[]; readonly allowed: string; readonly found: string } {
  const columns = ranges.low.flatMap((least, column) => {
    const slack = ROUNDING * (high[column]! - low[column]!);
    const fits = least >= low[column]! - slack && ranges.high[column]! <= high[column]! + slack;
    return fits ? [] : [column];
  });
  const list = ({ low, high }: ActionBounds) =>
    columns.map((column) => `${show(low[column]!)} to ${show(high[column]!)} in column ${column}`).join(', ');
  return { columns, allowed: list({ low, high }), found: list(ranges) };
}

/** The smallest and largest action of each component. */
function actionRanges({ actions, actionSize }: LoggedActions): ActionBounds {
  return columnRanges(actions, actionSize);
}

/** The smallest and largest number of each column of [N, width]. */
export function columnRanges(values: Float32Array, width: number): ActionBounds {
  const low = Array<number>(width).fill(Number.POSITIVE_INFINITY);
  const high = Array<number>(width).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0, column = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low[column]!) low[column] = value;
    if (value > high[column]!) high[column] = value;
    if (++column === width) column = 0;
  }
  return { low, high };
}

function perComponent(name: string, given: number | readonly number[], { actionSize }: Dataset) {
  if (typeof given === 'number') return Array<number>(actionSize).fill(given);
  if (given.length === 1) return Array<number>(actionSize).fill(given[0]!);
  if (given.length === actionSize) return given;
  throw new LamoError({
    where: 'algos/actions',
    code: 'invalid-config',
    problem: `The setting '${name}' does not fit the actions`,
    expected: actionSize === 1 ? 'one number' : `one number, or ${actionSize}`,
    received: `${given.length}`,
  });
}

/** Decimals of a log and 32-bit floats are rounded: an action may leave the range by this share of it. */
const ROUNDING = 1e-4;

function checkActions(dataset: Dataset, ranges: ActionBounds, bounds: ActionBounds): void {
  const { columns, allowed, found } = findOutside(dataset, bounds, ranges);
  if (columns.length === 0) return;
  const isCounted = columns.every((column) => isWhole(dataset, column));
  throw new LamoError({
    where: 'algos/actions',
    code: 'actions-out-of-range',
    problem: `Actions of \`${dataset.name}\` are outside the range of the policy`,
    expected: allowed,
    received: found,
    hint: isCounted ? `${RANGE_HINT} ${classesHint(dataset)}` : RANGE_HINT,
  });
}

const RANGE_HINT =
  'Set actionLow and actionHigh to what the actuator can do (one number, or one for each component), or actionBounds to `data` for the smallest and the largest action in the data.';

/** What to do if whole numbers are classes rather than amounts. */
export function classesHint({ actionSpace }: Pick<Dataset, 'actionSpace'>): string {
  const name = actionSpace?.names?.[0] ?? 'NAME';
  return `If these whole numbers are classes that count from 0, say how many there are: \`actionSpace: { kind: 'discrete', count }\` of createDataset or readD4rl, or --action-classes. If they are ids in a log of your own: --encode '${name}=category' (\`encode\` of readLog).`;
}

/** Tells whether a column of actions has whole numbers only. */
export function isWhole({ actions, actionSize }: Dataset, column: number): boolean {
  for (let i = column; i < actions.length; i += actionSize) if (!Number.isInteger(actions[i])) return false;
  return true;
}

/** A 32-bit float as one would write it. */
function show(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function emptyRange(column: number, low: number, high: number): LamoError {
  return new LamoError({
    where: 'algos/actions',
    code: 'invalid-config',
    problem: `The range of actions in column ${column} is empty`,
    expected: 'actionLow below actionHigh',
    received: `${low} and ${high}`,
  });
}
