import { describedSizes, type PolicyDescription } from '@lamo/algos';
import type { ObservationPart } from '@lamo/core';
import { imageShape, namedParts, parseTime } from '@lamo/data';
import { z } from 'zod';

const MOST = 3.4028234663852886e38;

/** A number that 32 bits hold: policies count in those. */
export const bounded = z.number().min(-MOST).max(MOST);

/** Observations that one request may have. */
export const MOST_OBSERVATIONS = 10_000;

/** What requests may be, of one policy. */
export interface RequestSchemas {
  /** An observation as a list of numbers. */
  readonly list: z.ZodType<readonly number[]>;
  /** An observation as values by name, if every column has one. */
  readonly named: z.ZodType<Readonly<Record<string, unknown>>> | undefined;
  /** One observation, in either form. */
  readonly observation: z.ZodType;
  /** The body of `POST /act`. */
  readonly act: z.ZodType;
  /** The body of `POST /episodes`. */
  readonly begin: z.ZodType<{ readonly targetReturn?: number | undefined }>;
  /** The body of `POST /episodes/ID/act`. */
  readonly step: z.ZodType<{ readonly observation?: unknown; readonly reward?: number | undefined }>;
}

/** Says what requests may be, by what the policy's file says. */
export function requestSchemas(description: PolicyDescription): RequestSchemas {
  const sizes = describedSizes(description);
  const isImage = imageShape(sizes) !== undefined;
  const number = isImage ? z.int().min(0).max(255) : z.float32();
  const columns = description.observation.columns?.map((name, i) => name ?? `column ${i}`).join(', ');
  const list = z
    .array(number)
    .length(sizes.observationSize)
    .meta({
      description: isImage
        ? 'bytes of an image, row by row, channels side by side'
        : `in this order: ${columns}`,
    });
  const parts = namedParts(sizes);
  const named =
    parts &&
    z.strictObject(
      Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, partSchema(name, part)])),
    );
  const observation = named === undefined ? list : z.union([named, list]);
  const observations = z.array(observation).min(1).max(MOST_OBSERVATIONS);
  return {
    ...{ list, named, observation },
    act: z.union([z.strictObject({ observation }), z.strictObject({ observations })]),
    begin: z.strictObject({
      targetReturn: bounded.optional().describe('What the episode is to earn, in all'),
    }),
    step: z.strictObject({
      observation: observation,
      reward: bounded.optional().describe('What the step before has earned; not of the first step'),
    }),
  };
}

/** What may stand in a request for a part of an observation. */
function partSchema(name: string, part: ObservationPart): z.ZodType {
  const schema = valueSchema(part).describe(wordsOf(name, part));
  // What follows from the step before is known in episodes only: there it is looked up, elsewhere refused.
  return part.missing === undefined ? schema : schema.nullish();
}

function valueSchema({ start, end, categories, encoding }: ObservationPart): z.ZodType {
  if (categories !== undefined) return z.literal([...categories, ...categories.flatMap(asNumber)]);
  if (encoding === 'flag') return z.literal([true, false, 1, 0]);
  if (encoding === 'time-of-day' || encoding === 'time-of-week')
    return z
      .string()
      .refine((text) => parseTime(text) !== undefined, 'expected a time such as 2026-03-01T07:30:00Z')
      .meta({ format: 'date-time' });
  return end - start === 1 ? z.float32() : z.array(z.float32()).length(end - start);
}

/** A category that is written as a number may be sent as one. */
function asNumber(category: string): readonly number[] {
  const number = Number(category);
  return category !== '' && String(number) === category && Number.isFinite(number) ? [number] : [];
}

function wordsOf(name: string, { encoding, missing }: ObservationPart): string {
  const what = encoding === 'elapsed' ? `${name}, in seconds since the episode began` : name;
  if (missing === undefined) return what;
  const { previous = false, value } = missing;
  const constant = value === undefined ? [] : [`${value}`];
  const standsIn = [...(previous ? ['the value before, in an episode'] : []), ...constant].join(', else ');
  return `${what}; if missing: ${standsIn}`;
}
