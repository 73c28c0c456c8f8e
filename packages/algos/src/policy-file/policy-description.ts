import type { ActionBounds, ActionSpace, ObservationSpace } from '@lamo/core';
import type { StandardScalerJson } from '@lamo/data';
import { z } from 'zod';
import type { Sizes } from '../kinds/dataset';
import { actionSpace, observationSpace, range } from '../kinds/space-schemas';

/** Under which name a policy's file keeps its description, in the metadata of the ONNX model: JSON. */
export const POLICY_KEY = 'lamo.policy';

/** Version of what a description says. A later one may say more within the same format. */
export const POLICY_FORMAT = 1;

/** An input or output of a policy's model. */
export interface PolicyPort {
  /** As in the model. */
  readonly name: string;
  /** Of its numbers. */
  readonly type: 'float32' | 'uint8';
  /** `batch` stands for any number of observations at once. */
  readonly shape: readonly (number | 'batch')[];
  /** What it is, in words. */
  readonly meaning: string;
}

/** What a policy sees. */
export interface PolicyObservation {
  /** O */
  readonly size: number;
  /** Names of parts, how values become their numbers, what stands in for missing ones; or the shape of images. @default vectors without names */
  readonly space?: ObservationSpace;
  /** [O] names of columns, null where one has none. @default of images there are none */
  readonly columns?: readonly (string | null)[];
  /** [O] each: what observations are standardised by. It is inside the model already, which takes them raw. @default not said */
  readonly scaling?: StandardScalerJson;
  /** [O] each: between what they lay in the data that it learned from, raw. @default not said */
  readonly range?: ActionBounds;
}

/** What a policy does. */
export interface PolicyAction {
  /** A; 1 of a class. */
  readonly size: number;
  /** Classes and what they are called, or names of numbers. @default numbers without names */
  readonly space?: ActionSpace;
  /** [A] each: between what actions lie, in the units of the data. @default of classes there are none */
  readonly bounds?: ActionBounds;
}

/** How a policy reads windows of the last steps, and follows a return. */
export interface SequenceDescription {
  /** K, steps in a window. */
  readonly contextLength: number;
  /** Rows of the time table; later steps share the last. */
  readonly maxTimesteps: number;
  /** What returns are of. What is asked for falls by what was earned, but for `delayed` rewards. */
  readonly rewards: 'logged' | 'delayed' | 'first-completion';
  /** What is asked for where nobody says otherwise, raw; the first one. */
  readonly targetReturns: readonly number[];
  /** What returns are divided by. It is inside the model already, which takes them raw. */
  readonly returnScale: number;
}

/** What a policy's file says of itself, for programs that know nothing of its training. */
export interface PolicyDescription {
  /** Version of what it says: 1. */
  readonly format: number;
  /** The version of lamo that wrote the file. */
  readonly lamo: string;
  /** Name of the algorithm. @default not said */
  readonly algorithm?: string;
  /** What the model takes. */
  readonly inputs: readonly PolicyPort[];
  /** What it gives. */
  readonly outputs: readonly PolicyPort[];
  /** What it sees. */
  readonly observation: PolicyObservation;
  /** What it does. */
  readonly action: PolicyAction;
  /** How it reads windows. @default it sees one step */
  readonly sequence?: SequenceDescription;
}

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

const scaling = z.looseObject({ mean: z.array(z.number()), standardDeviation: z.array(z.number()) });

/** The schema of {@link PolicyDescription}. */
export const policyDescription: z.ZodType<PolicyDescription> = z.looseObject({
  format: z.literal(POLICY_FORMAT),
  lamo: z.string(),
  algorithm: z.string().exactOptional(),
  inputs: z.array(port).min(1),
  outputs: z.array(port).min(1),
  observation: z.looseObject({
    size: z.int().positive(),
    space: observationSpace.exactOptional(),
    columns: z.array(z.string().nullable()).exactOptional(),
    scaling: scaling.exactOptional(),
    range: range.exactOptional(),
  }),
  action: z.looseObject({
    size: z.int().positive(),
    space: actionSpace.exactOptional(),
    bounds: range.exactOptional(),
  }),
  sequence: sequence.exactOptional(),
});

/** What datasets and environments say of themselves that a policy is for. */
export function describedSizes({
  observation,
  action,
}: Pick<PolicyDescription, 'observation' | 'action'>): Sizes {
  return {
    observationSize: observation.size,
    ...(observation.space && { observationSpace: observation.space }),
    actionSize: action.size,
    ...(action.space && { actionSpace: action.space }),
  };
}
