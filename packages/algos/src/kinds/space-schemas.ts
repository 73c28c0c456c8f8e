import { PART_ENCODINGS } from '@lamo/data';
import { z } from 'zod';

const part = z.looseObject({
  start: z.int(),
  end: z.int(),
  categories: z.array(z.string()).exactOptional(),
  encoding: z.enum(PART_ENCODINGS).exactOptional(),
  missing: z
    .looseObject({
      previous: z.boolean().exactOptional(),
      value: z.union([z.string(), z.array(z.number())]).exactOptional(),
    })
    .exactOptional(),
});

const names = z.array(z.string()).exactOptional();
/** Between what numbers lie, a lowest and a highest one for each, in files. */
export const range = z.looseObject({ low: z.array(z.number()), high: z.array(z.number()) });

/** What observations are, in files. */
export const observationSpace = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('vector'),
    parts: z.record(z.string(), part).exactOptional(),
  }),
  z.looseObject({ kind: z.literal('image'), shape: z.tuple([z.int(), z.int(), z.int()]) }),
]);

/** What actions are chosen from, in files. */
export const actionSpace = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('discrete'),
    count: z.int().min(2),
    labels: z.array(z.string()).exactOptional(),
    names,
  }),
  z.looseObject({ kind: z.literal('box'), names }),
]);
