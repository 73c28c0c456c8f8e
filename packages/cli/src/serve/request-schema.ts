import { describedSizes, type PolicyDescription } from '@lamo/algos';
import type { ObservationPart } from '@lamo/core';
import { type HasObservations, imageShape, namedParts, timeOf } from '@lamo/data';
import { z } from 'zod';
import { findCodeFaults } from './find-code-faults';

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
    })
    .superRefine((numbers, context) => {
      for (const fault of findCodeFaults(sizes, numbers)) context.addIssue({ code: 'custom', ...fault });
    });
  const named = namedSchema(sizes, ({ missing }) => missing !== undefined);
  const alone = namedSchema(sizes, ({ missing }) => missing !== undefined && missing.previous !== true);
  const either = (schema: z.ZodType | undefined) => (schema === undefined ? list : z.union([schema, list]));
  const observation = either(alone);
  const observations = z.array(observation).min(1).max(MOST_OBSERVATIONS);
  return {
    ...{ list, named },
    act: z.union([z.strictObject({ observation }), z.strictObject({ observations })]),
    begin: z.strictObject({
      targetReturn: bounded.optional().describe('What the episode is to earn, in all'),
    }),
    step: z.strictObject({
      observation: either(named),
      reward: bounded.optional().describe('What the step before has earned; not of the first step'),
    }),
  };
}

/**
 * An observation by the names of its parts, if they are all that there is.
 *
 * @param mayLack which parts may be left out: what follows from the step before is known in episodes only
 */
function namedSchema(sizes: HasObservations, mayLack: (part: ObservationPart) => boolean) {
  const parts = namedParts(sizes);
  if (parts === undefined) return undefined;
  const schemas = Object.entries(parts).map(([name, part]) => {
    const schema = valueSchema(part).describe(wordsOf(name, part));
    return [name, mayLack(part) ? schema.nullish() : schema] as const;
  });
  return z.strictObject(Object.fromEntries(schemas));
}

const A_TIME =
  'expected a time such as "2026-03-01T07:30:00Z", or seconds (also milli-, micro- or nanoseconds) since 1970';

function valueSchema({ start, end, categories, encoding }: ObservationPart): z.ZodType {
  if (categories !== undefined) return z.literal([...categories, ...categories.flatMap(asNumber)]);
  if (encoding === 'flag') return z.literal([true, false, 1, 0]);
  if (encoding === 'time-of-day' || encoding === 'time-of-week')
    return z.union(
      [
        z
          .string()
          .refine((text) => timeOf(text) !== undefined, A_TIME)
          .meta({ format: 'date-time' }),
        z.number().refine((time) => timeOf(time) !== undefined, A_TIME),
      ],
      A_TIME,
    );
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
