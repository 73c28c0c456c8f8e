import type { DatasetWarning } from '@lamo/core';
import type { z } from 'zod';

/** The name of data, and how they are recognised: a resumed training must have the same data. */
export interface DataIdentity {
  /** Name for humans. */
  readonly name: string;
  /** Differs if anything that is learned from differs. */
  readonly hash: string;
}

/** Data as a training takes them under its settings. */
export interface PreparedData<Data, Spec> {
  /** What batches are drawn from, and what is fitted to. */
  readonly data: Data;
  /** Sizes and bounds: all that `init` and `load` may see. Checkpoints hold it. */
  readonly spec: Spec;
  /** What is allowed in these data under these settings but rarely intended. */
  readonly warnings: readonly DatasetWarning[];
}

/** What only some algorithms can learn from: actions that are classes, observations that are images. */
export type Capability = 'discrete-actions' | 'image-observations';

/** A kind of data: what shared code needs to know of it, so that it never asks which kind it has. */
export interface DataKind<Data, Spec> {
  /** Name in checkpoints: `dataset`, `corpus`. */
  readonly name: string;
  /** Recognises data, whatever the settings. */
  identify(data: Data): DataIdentity;
  /** Counts what a checkpoint must agree with under its settings, by the names that the spec has for it. */
  sizes(data: Data, config: Readonly<Record<string, unknown>>): Readonly<Record<string, number>>;
  /** What an algorithm must be capable of to learn from these data. @default nothing special */
  needs?(data: Data): readonly Capability[];
  /** Sizes and bounds of data under settings, as {@link prepare} gives them, without copying any. */
  spec(data: Data, config: Readonly<Record<string, unknown>>): Spec;
  /** Checks data against settings, and puts them into the form that batches have. */
  prepare(data: Data, config: Readonly<Record<string, unknown>>): PreparedData<Data, Spec>;
  /**
   * Parts prepared data into what is learned from and what is only measured on. With the latter come the settings for its batches,
   * where what settings do follows from the data. @default nothing of it can be held out
   */
  holdOut?(
    data: Data,
    fraction: number,
    config: Readonly<Record<string, unknown>>,
  ): { readonly training: Data; readonly heldOut: Data; readonly config: Readonly<Record<string, unknown>> };
  /** What a checkpoint says of the spec, and what those of earlier versions did not say filled in. */
  readonly saved: z.ZodType<Spec>;
}
