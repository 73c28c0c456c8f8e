import {
  type ActionSpace,
  type Dataset,
  type InfoColumn,
  LamoError,
  type ObservationPart,
  type ObservationSpace,
  showValue,
} from '@lamo/core';
import { classCount, classLabels, describeActions } from './action-space';
import type { Hdf5Column } from './hdf5-column';
import { findColumn, type Hdf5File } from './hdf5-file';
import {
  describeObservations,
  fitsObservations,
  observationParts,
  seemsChannelsFirst,
} from './observation-space';

/** A value under `metadata/` of a D4RL file: text, a number, or an array with its shape. */
export type D4rlMetadataValue =
  | string
  | number
  | { readonly shape: readonly number[]; readonly data: InfoColumn['data'] };

/** Under `metadata/` of a D4RL file: how many classes actions are chosen from. D4RL itself has no such files. */
const CLASSES = 'action_classes';

/** Under `metadata/`: what the classes are called, as a JSON list. */
const LABELS = 'action_labels';

/** Under `metadata/` of a D4RL file: the columns of observations that have a name, one array [start, end] for each. */
const PARTS = 'observation_parts';

/** Under `metadata/`: what a part may be that is a category, as a JSON list. */
const CATEGORIES = 'observation_categories';

/** Under `metadata/`: how values became the numbers of a part, and what stands in for those that are missing, as JSON. */
const READING = 'observation_reading';

/** Under `metadata/`: what the numbers of an action are called, as a JSON list. */
const NAMES = 'action_names';

/** Writes down what a dataset says of its observations and actions, as a file's metadata; the shape of images is that of their array. */
export function spaceMetadata(
  dataset: Pick<Dataset, 'actionSpace' | 'observationSpace'>,
): Readonly<Record<string, D4rlMetadataValue>> {
  const count = classCount(dataset);
  const labels = classLabels(dataset);
  const names = dataset.actionSpace?.names;
  const parts = Object.entries(observationParts(dataset)).flatMap(
    ([name, { start, end, categories, encoding, missing }]): [string, D4rlMetadataValue][] => [
      [`${PARTS}/${name}`, { shape: [2], data: Int32Array.of(start, end) }],
      ...(categories === undefined
        ? []
        : [[`${CATEGORIES}/${name}`, JSON.stringify(categories)] as [string, string]]),
      ...(encoding === undefined && missing === undefined
        ? []
        : [[`${READING}/${name}`, JSON.stringify({ encoding, missing })] as [string, string]]),
    ],
  );
  return {
    ...(count === undefined ? {} : { [CLASSES]: count }),
    ...(labels === undefined ? {} : { [LABELS]: JSON.stringify(labels) }),
    ...(names === undefined ? {} : { [NAMES]: JSON.stringify(names) }),
    ...Object.fromEntries(parts),
  };
}

/**
 * Reads what a file says of its observations: an array of four dimensions has images, their channels last.
 *
 * @param given what the caller says of a file that says nothing
 * @returns undefined where neither says anything
 * @throws LamoError `observation-space` if both say something, and not the same; `channels-first` if that seems to be so, and the caller does
 *   not say the same
 */
export function readObservationSpace(
  file: Hdf5File,
  { shape }: Hdf5Column,
  given?: ObservationSpace,
): ObservationSpace | undefined {
  const own = shape.length === 4 ? imageSpace(shape) : vectorSpace(file);
  if (own?.kind === 'image' && given === undefined && seemsChannelsFirst(own.shape))
    throw channelsFirst(file, shape);
  if (own === undefined || given === undefined) return own ?? given;
  const observationSize = shape.slice(1).reduce((product, length) => product * length, 1);
  const [mine, other] = [own, given].map((observationSpace) => ({ observationSize, observationSpace }));
  if (fitsObservations(mine!, other!) && fitsObservations(other!, mine!)) return own;
  throw new LamoError({
    where: 'data/d4rl',
    code: 'observation-space',
    problem: `${file.path} says itself what its observations are`,
    expected: describeObservations(mine!),
    received: describeObservations(other!),
    hint: 'Leave out what is said of observations: it is for files that do not say it.',
  });
}

function channelsFirst(file: Hdf5File, shape: readonly number[]): LamoError {
  const [rows, channels, height, width] = shape;
  return new LamoError({
    where: 'data/d4rl',
    code: 'channels-first',
    problem: `\`observations\` of ${file.path} seems to be images with their channels first`,
    expected: `rows, height, width and channels: [${[rows, height, width, channels].join(', ')}]`,
    received: `[${shape.join(', ')}]`,
    hint: `Move the channels to the end before the file is written, those of \`next_observations\` as well: \`numpy.moveaxis(observations, 1, -1)\`. If images really are ${channels} pixels high, say so in a program: \`readD4rl(path, { observationSpace: { kind: 'image', shape: [${shape.slice(1).join(', ')}] } })\`.`,
  });
}

function imageSpace([, height, width, channels]: readonly number[]): ObservationSpace {
  return { kind: 'image', shape: [height!, width!, channels!] };
}

function vectorSpace(file: Hdf5File): ObservationSpace | undefined {
  const prefix = `metadata/${PARTS}/`;
  const keys = [...file.columns.keys(), ...file.unreadable.keys()].filter((key) => key.startsWith(prefix));
  if (keys.length === 0) return undefined;
  const parts = keys.map((key) => {
    const [start, end] = findColumn(file, key).read((numbers) => Array.from(numbers, Number));
    const name = key.slice(prefix.length);
    const categories = readTexts(file, `${CATEGORIES}/${name}`);
    const reading = readReading(file, `${READING}/${name}`);
    return [name, { start: start!, end: end!, ...(categories && { categories }), ...reading }] as const;
  });
  // A file lists names by the alphabet.
  parts.sort(([, one], [, other]) => one.start - other.start || one.end - other.end);
  return { kind: 'vector', parts: Object.fromEntries(parts) };
}

/**
 * Reads what a file says of its actions.
 *
 * @param given what the caller says of a file that says nothing
 * @returns undefined where neither says anything
 * @throws LamoError `action-space` if both say something, and not the same
 */
export function readActionSpace(file: Hdf5File, given?: ActionSpace): ActionSpace | undefined {
  const key = `metadata/${CLASSES}`;
  const names = readTexts(file, NAMES);
  if (!file.columns.has(key) && !file.unreadable.has(key)) return given ?? (names && { kind: 'box', names });
  const count = findColumn(file, key).read((numbers) => Number(numbers[0]));
  const labels = readTexts(file, LABELS);
  return agreeOnActions(
    'data/d4rl',
    `${file.path} says itself what its actions are (\`${key}\`)`,
    { kind: 'discrete', count, ...(labels && { labels }), ...(names && { names }) },
    given,
  );
}

/**
 * Returns what a file says of its actions, or else what the caller says.
 *
 * @param where and what to say, in the error
 * @throws LamoError `action-space` if both say something, and not the same
 */
export function agreeOnActions(
  where: string,
  problem: string,
  own: ActionSpace | undefined,
  given: ActionSpace | undefined,
): ActionSpace | undefined {
  if (own === undefined || given === undefined) return own ?? given;
  if (classCount({ actionSpace: given }) === classCount({ actionSpace: own })) return own;
  const describe = (actionSpace: ActionSpace) => describeActions({ actionSpace, actionSize: 1 });
  throw new LamoError({
    where,
    code: 'action-space',
    problem,
    expected: describe(own),
    received: describe(given),
    hint: 'Leave out what is said of actions: it is for files that do not say it.',
  });
}

/** Reads a list of texts from under `metadata/`. @returns undefined if there is none of that name */
function readTexts(file: Hdf5File, key: string): readonly string[] | undefined {
  const text = file.columns.get(`metadata/${key}`)?.readText();
  if (text === undefined) return undefined;
  const list = parseList(text);
  if (list !== undefined) return list;
  throw new LamoError({
    where: 'data/d4rl',
    code: 'wrong-type',
    problem: `\`metadata/${key}\` of ${file.path} does not name anything`,
    expected: 'a list of texts in JSON, such as ["rain", "sun"]',
    received: showValue(text),
  });
}

/** Reads how values became the numbers of a part; whether it fits the part is checked with it. @returns nothing if there is nothing of that name */
function readReading(file: Hdf5File, key: string): Pick<ObservationPart, 'encoding' | 'missing'> {
  const text = file.columns.get(`metadata/${key}`)?.readText();
  if (text === undefined) return {};
  const reading = parseJson(text);
  if (typeof reading === 'object' && reading !== null) return reading;
  throw new LamoError({
    where: 'data/d4rl',
    code: 'wrong-type',
    problem: `\`metadata/${key}\` of ${file.path} does not say how a column was read`,
    expected: 'an object in JSON, such as {"encoding":"time-of-day"}',
    received: showValue(text),
  });
}

function parseList(text: string): readonly string[] | undefined {
  const list = parseJson(text);
  return Array.isArray(list) && list.every((one) => typeof one === 'string') ? list : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
