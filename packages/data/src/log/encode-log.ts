import type { ActionSpace, InfoColumn, ObservationPart, PartEncoding } from '@lamo/core';
import { classCount, type HasActionSpace } from '../action-space';
import type { DatasetInput } from '../dataset';
import { type HasObservations, observationParts } from '../observation-space';
import type { Arrangement } from './arrange-episodes';
import type { CellColumn } from './cell-column';
import { CHANCES, infoName, partName } from './check-names';
import { chooseActions, labelsOf } from './choose-actions';
import type { ColumnRules } from './column-rules';
import { type EncodedColumn, encodeColumn } from './encode-column';
import type { Role } from './log-columns';
import { logError } from './log-error';
import type { GatheredColumns } from './log-gatherer';
import { sideBySide, widthOf } from './side-by-side';

/** What is known of a log beforehand. */
export interface KnownSpaces {
  /** What numbers of actions are chosen from, where they are classes. */
  readonly actionSpace?: ActionSpace | undefined;
  /** What was seen and done in data of before. */
  readonly like?: (HasObservations & HasActionSpace) | undefined;
  /** What a look at the whole column found, where only some of its rows are here. */
  readonly surveyOf?: ((column: CellColumn) => ColumnSurvey) | undefined;
}

/** What has to be known of a whole column before a part of it can become numbers: plain data. */
export interface ColumnSurvey {
  /** Those that occur, sorted, if it is a category. */
  readonly categories?: readonly string[];
  /** Of each of its parts, if it may be filled in with it. */
  readonly means?: readonly number[];
}

/** The columns of a dataset, and how each was made. */
export interface EncodedLog {
  readonly input: Omit<DatasetInput, 'name' | 'terminated' | 'truncated' | 'warnings'>;
  readonly encoded: readonly { readonly role: Role; readonly column: EncodedColumn }[];
}

/** Turns the columns of a log into those of a dataset. @throws LamoError as `readLog` */
export function encodeLog(
  gathered: GatheredColumns,
  arrangement: Arrangement,
  { encodingOf, fillOf }: ColumnRules,
  known: KnownSpaces,
): EncodedLog {
  const { places, columns } = gathered;
  const encoded: { role: Role; column: EncodedColumn }[] = [];
  const encode = (role: Role) => (column: CellColumn, categories?: readonly string[]) => {
    const survey = known.surveyOf?.(column);
    const options = {
      ...{ encoding: encodingOf(column.name), fill: fillOf(column.name), means: survey?.means },
      categories: categories ?? survey?.categories,
    };
    const one = encodeColumn(places, column, arrangement, options);
    encoded.push({ role, column: one });
    return one;
  };
  const parts = known.like === undefined ? {} : observationParts(known.like);
  const observed = columns.observation.map((column) =>
    encode('observation')(column, parts[partName(column.name)]?.categories),
  );
  const next = pairNext(gathered).map((column, i) =>
    encode('nextObservation')(column, observed[i]!.categories),
  );
  const actions = columns.action.map((column) => encode('action')(column, labelsOf(column, known)));
  const reward = asNumbers(gathered, encode('reward')(columns.reward[0]!));
  const infos = columns.info.map((column) => encode('info')(column));
  const chances = columns.probability.map((column) => asNumbers(gathered, encode('probability')(column)));
  const action = chooseActions(gathered, arrangement, actions, known);
  const input = {
    observations: sideBySide(observed),
    observationSize: widthOf(observed),
    observationSpace: { kind: 'vector', parts: partsOf(gathered, observed) } as const,
    ...action,
    rewards: Float32Array.from(reward.data),
    ...(next.length === 0 ? {} : { nextObservations: sideBySide(next) }),
    infos: Object.fromEntries([
      ...infos.map(({ name, width, data }): [string, InfoColumn] => [infoName(name), { width, data }]),
      ...chances.map((column): [string, InfoColumn] => [
        CHANCES,
        { width: 1, data: logarithms(gathered, column, classCount(action) !== undefined, arrangement) },
      ]),
    ]),
  };
  return { input, encoded };
}

/** Which columns of an observation are what; a single list needs no name. */
function partsOf(
  { columns: { observation } }: GatheredColumns,
  columns: readonly EncodedColumn[],
): Record<string, ObservationPart> {
  const parts: Record<string, ObservationPart> = {};
  if (columns.length === 1 && columns[0]!.width > 1 && columns[0]!.encoding === 'number') return parts;
  let start = 0;
  for (const [i, column] of columns.entries()) {
    const { name, width, categories, standIn } = column;
    const encoding = partEncoding(column, observation[i]!);
    parts[partName(name)] = {
      ...{ start, end: start + width },
      ...(categories && { categories }),
      ...(encoding && { encoding }),
      ...(standIn && { missing: standIn }),
    };
    start += width;
  }
  return parts;
}

/** What a policy has to know of how values became numbers, where they were neither numbers nor categories. */
function partEncoding({ encoding }: EncodedColumn, { kind }: CellColumn): PartEncoding | undefined {
  if (encoding === 'number') return kind === 'flag' ? 'flag' : undefined;
  return encoding === 'category' ? undefined : encoding;
}

/** What was observed next, in the order of what was observed: by names that differ in `next` only, else as it stands. */
function pairNext({ columns, places }: GatheredColumns): readonly CellColumn[] {
  const { observation, nextObservation } = columns;
  if (nextObservation.length === 0) return [];
  if (nextObservation.length !== observation.length) {
    throw logError(
      'length-mismatch',
      `What was observed next in ${places.path} has another number of columns`,
      {
        expected: `${observation.length}: ${observation.map(({ name }) => name).join(', ')}`,
        received: `${nextObservation.length}: ${nextObservation.map(({ name }) => name).join(', ')}`,
        hint: 'Name those that belong together in the same order: --next-observation, `columns.nextObservation`.',
      },
    );
  }
  const bare = (name: string) => name.replace(/^next[._ -]?/i, '');
  const paired = observation.map(({ name }) => nextObservation.find((next) => bare(next.name) === name));
  return paired.every((column) => column !== undefined) ? paired : nextObservation;
}

function asNumbers({ places }: GatheredColumns, column: EncodedColumn): EncodedColumn {
  if (column.width === 1 && column.encoding === 'number') return column;
  throw logError('wrong-type', `"${column.name}" of ${places.path} is not one number a row`, {
    expected: 'a number in every row',
    received:
      column.categories === undefined ? `${column.width} numbers` : `texts such as ${column.categories[0]}`,
  });
}

/** Logarithms of probabilities, of densities where actions are amounts. */
function logarithms(
  { places }: GatheredColumns,
  { name, data }: EncodedColumn,
  isDiscrete: boolean,
  { order }: Arrangement,
): Float64Array {
  const wrong = data.findIndex((chance) => chance <= 0 || (isDiscrete && chance > 1));
  if (wrong === -1) return data.map(Math.log);
  throw logError(
    'out-of-range',
    `"${name}" of ${places.path} is not how likely an action was in ${places.at(order[wrong]!)}`,
    {
      expected: isDiscrete ? 'a number above 0, and at most 1' : 'a number above 0',
      received: String(data[wrong]),
      hint: 'What was done cannot have been impossible.',
    },
  );
}
