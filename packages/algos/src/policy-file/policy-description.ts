import { z } from 'zod';
import { actionSpace, observationSpace, range } from '../kinds/space-schemas';

/** Under which name a policy's file keeps its description, in the metadata of the ONNX model: JSON. */
export const POLICY_KEY = 'lamo.policy';

/** Version of what a description says. A later one may say more within the same format. */
export const POLICY_FORMAT = 1;

const port = z.looseObject({
  name: z.string(),
  type: z.enum(['float32', 'uint8']),
  shape: z.array(z.union([z.int().positive(), z.literal('batch')])),
  meaning: z.string(),
});

const sequence = z.looseObject({
  contextLength: z.int().positive(),
  maxTimesteps: z.int().positive(),
  rewards: z.enum(['logged', 'delayed', 'first-completion']),
  targetReturns: z.array(z.number()).min(1),
  returnScale: z.number(),
});

/** The schema of {@link PolicyDescription}. */
export const policyDescription = z.looseObject({
  /** {@link POLICY_FORMAT} */
  format: z.literal(POLICY_FORMAT),
  /** The version of lamo that wrote the file. */
  lamo: z.string(),
  /** Name of the algorithm, if it is known. */
  algorithm: z.string().exactOptional(),
  /** What the model takes. */
  inputs: z.array(port).min(1),
  /** What it gives. */
  outputs: z.array(port).min(1),
  /** What it sees. */
  observation: z.looseObject({
    /** O */
    size: z.int().positive(),
    /** Names of parts, how values become their numbers, what stands in for missing ones; or the shape of images. None: vectors without names. */
    space: observationSpace.exactOptional(),
    /** [O] names of columns, null where one has none; of vectors. */
    columns: z.array(z.string().nullable()).exactOptional(),
    /** [O] each: what observations are standardised by. It is inside the model already, which takes them raw. */
    scaling: z
      .looseObject({ mean: z.array(z.number()), standardDeviation: z.array(z.number()) })
      .exactOptional(),
    /** [O] each: between what they lay in the data that it learned from, raw. */
    range: range.exactOptional(),
  }),
  /** What it does. */
  action: z.looseObject({
    /** A; 1 of a class. */
    size: z.int().positive(),
    /** Classes and what they are called, or names of numbers. None: numbers without names. */
    space: actionSpace.exactOptional(),
    /** [A] each: between what actions lie, in the units of the data; not of classes. */
    bounds: range.exactOptional(),
  }),
  /**
   * Of policies that read windows of the last steps and follow a return: steps in a window; rows of the time table, of which later steps share
   * the last; whether what is asked for falls by what was earned (not if `delayed`); returns that are asked for where nobody says otherwise,
   * raw; and what returns are divided by, inside the model.
   */
  sequence: sequence.exactOptional(),
});

/** What a policy's file says of itself, for programs that know nothing of its training. */
export type PolicyDescription = z.infer<typeof policyDescription>;

/** An input or output of a policy's model. */
export type PolicyPort = PolicyDescription['inputs'][number];

/** What {@link PolicyDescription} says of a policy that reads windows. */
export type SequenceDescription = z.infer<typeof sequence>;
