import type { ColumnArray, Dataset, ImageSpace, ObservationPart, ObservationSpace } from '@lamo/core';
import { LamoError, showValue } from '@lamo/core';
import { areLabels, listSome, sameTexts } from './labels';
import { isReading } from './part-reading';

/** Whatever says what its observations are: a dataset, an environment's spec, a policy's. */
export interface HasObservations {
  /** O */
  readonly observationSize: number;
  /** @default vectors of numbers */
  readonly observationSpace?: ObservationSpace | undefined;
}

/** The shape of images, [height, width, channels]; undefined where observations are vectors. */
export function imageShape({
  observationSpace,
}: Pick<HasObservations, 'observationSpace'>): ImageSpace['shape'] | undefined {
  return observationSpace?.kind === 'image' ? observationSpace.shape : undefined;
}

/** More channels than colours and the last four images are rare, and so are images as narrow as that. */
const CHANNELS = 4;
/** How many times as long as there are channels both sides of an image usually are. */
const SIDES = 4;

/** Whether a shape, [height, width, channels], is rather one of [channels, height, width]. */
export function seemsChannelsFirst([first, ...others]: ImageSpace['shape']): boolean {
  return first <= CHANNELS && others.every((length) => length > CHANNELS && length >= SIDES * first);
}

/** The shape of one observation: [O], or [height, width, channels] of an image. */
export function observationShape(spaces: HasObservations): readonly number[] {
  return imageShape(spaces) ?? [spaces.observationSize];
}

/** The columns of observations that have a name. */
export function observationParts({
  observationSpace,
}: Pick<HasObservations, 'observationSpace'>): Readonly<Record<string, ObservationPart>> {
  return (observationSpace?.kind === 'vector' ? observationSpace.parts : undefined) ?? {};
}

/**
 * Checks what somebody says of observations, and leaves out what is the default.
 *
 * @param where the part of the package that asks, for the error
 * @throws LamoError `observation-space`
 */
export function checkObservationSpace(
  where: string,
  { observationSize, observationSpace }: HasObservations,
): { readonly observationSpace?: ObservationSpace } {
  if (observationSpace === undefined) return {};
  const refuse = (expected: string, received: unknown): never => {
    throw new LamoError({
      where,
      code: 'observation-space',
      problem: 'observationSpace does not say what observations are',
      expected,
      received: showValue(received),
    });
  };
  if (observationSpace?.kind === 'image') {
    const { shape } = observationSpace;
    if (!Array.isArray(shape) || shape.length !== 3 || !shape.every(isLength))
      refuse('a shape of [height, width, channels], three positive integers', shape);
    const pixels = shape.reduce((product, length) => product * length, 1);
    if (pixels !== observationSize)
      refuse(`${observationSize} numbers in an image (observationSize)`, `[${shape.join(', ')}]`);
    return { observationSpace };
  }
  if (observationSpace?.kind !== 'vector')
    refuse("{ kind: 'vector', parts }, or { kind: 'image', shape }", observationSpace);
  const parts = Object.entries(observationParts({ observationSpace }));
  for (const [name, part] of parts) {
    if (!PART_NAME.test(name)) refuse('names of parts without slashes and line breaks', name);
    const { categories } = part ?? {};
    if (categories !== undefined && !(areLabels(categories) && categories.length === part.end - part.start))
      refuse(`a different name for each of the columns of the category '${name}'`, categories);
    const isRange = Number.isSafeInteger(part?.start) && Number.isSafeInteger(part?.end);
    if (isRange && part.start >= 0 && part.start < part.end && part.end <= observationSize) {
      if (!isReading(part))
        refuse(`an encoding, and what stands in for a missing value, that fit '${name}'`, part);
      continue;
    }
    const within = `columns of the part '${name}' within the ${observationSize} of an observation: { start, end }, end excluded`;
    refuse(within, isRange ? `${part.start} to ${part.end}` : part);
  }
  return parts.length === 0 ? {} : { observationSpace };
}

/** Parts are written into files, where a slash would begin a group. */
const PART_NAME = /^(?!\.{1,2}$)[^/\p{Cc}]{1,200}$/u;

const isLength = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;

/** Says in words what observations are: `11 numbers`, `6 numbers (goal in columns 4 to 5)`, `images of 84 × 84 × 4`. */
export function describeObservations(spaces: HasObservations): string {
  const image = imageShape(spaces);
  if (image !== undefined) return `images of ${image.join(' × ')}`;
  const parts = Object.entries(observationParts(spaces)).map(
    ([name, part]) => `${name} in ${columnsOf(part)}`,
  );
  const numbers = spaces.observationSize === 1 ? '1 number' : `${spaces.observationSize} numbers`;
  return parts.length === 0 ? numbers : `${numbers} (${listSome(parts)})`;
}

const columnsOf = ({ start, end }: ObservationPart) =>
  end === start + 1 ? `column ${start}` : `columns ${start} to ${end - 1}`;

/**
 * Tells whether observations that something was learned from are those of an environment. Whoever names no parts says
 * nothing of them; where both name parts, the environment must have each one that was learned with, in the same columns, and with the
 * same categories.
 */
export function fitsObservations(learned: HasObservations, environment: HasObservations): boolean {
  if (observationShape(learned).join() !== observationShape(environment).join()) return false;
  const offered = observationParts(environment);
  if (Object.keys(offered).length === 0) return true;
  return Object.entries(observationParts(learned)).every(
    ([name, { start, end, categories }]) =>
      Object.hasOwn(offered, name) &&
      offered[name]!.start === start &&
      offered[name]!.end === end &&
      sameTexts(categories, offered[name]!.categories),
  );
}

/** Names those arrays of a batch that have the bytes of images. */
export function imageFields(dataset: HasObservations, fields: readonly string[]): readonly string[] {
  if (imageShape(dataset) === undefined) return [];
  return fields.filter((field) => field === 'observations' || field === 'nextObservations');
}

/** Starts an array for observations: bytes of images, else 32-bit floats. @param count how many observations */
export function allocateObservations(spaces: HasObservations, count: number): ColumnArray {
  const length = count * spaces.observationSize;
  return imageShape(spaces) === undefined ? new Float32Array(length) : new Uint8Array(length);
}

/**
 * Returns the observations of a dataset if they are vectors, for code that cannot do anything with images.
 *
 * @param where the part of the package that asks, for the error
 * @param use what they are needed for: `standardising`
 * @throws LamoError `image-observations`
 */
export function vectorObservations(
  dataset: Pick<Dataset, 'name' | 'observations' | 'observationSize' | 'observationSpace'>,
  where: string,
  use: string,
): Float32Array {
  const { name, observations } = dataset;
  if (observations instanceof Float32Array) return observations;
  throw new LamoError({
    where,
    code: 'image-observations',
    problem: `Observations of \`${name}\` are images, which ${use} is not for`,
    expected: 'vectors of numbers',
    received: describeObservations(dataset),
  });
}
