import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@lamo/core';
import {
  type Checkpoint,
  type HostArray,
  loadCheckpoint,
  openDevice,
  saveCheckpoint,
  type Tree,
} from '@lamo/runtime';
import type { AnyAlgorithm } from '../engine/algorithm';
import type { TrainingStep } from '../engine/stepper';
import { type TrainingRun, type TrainOptions, train } from '../engine/train';
import type { TrainedPolicy } from '../kinds/policy';
import { playToy } from './play-toy';
import { type ToyActions, toyDataset } from './toy-dataset';

/** Settings of `testAlgorithm` that say what is trained. */
export interface SubjectOptions {
  /**
   * Settings to test with. Small networks and batches make the tests quick, and a larger learning rate shows sooner that
   * something is learnt.
   * @default the algorithm's defaults
   */
  readonly config?: Readonly<Record<string, unknown>>;
  /**
   * Settings under which one and two threads are compared. Only large products are divided among threads.
   * @default the algorithm's defaults
   */
  readonly wideConfig?: Readonly<Record<string, unknown>>;
  /**
   * Settings laid over {@link config} where actions are classes.
   * @default none
   */
  readonly classConfig?: Readonly<Record<string, unknown>>;
  /**
   * Settings laid over {@link config} that take other paths through the algorithm, or report metrics that it does not
   * report otherwise: each is trained a few steps.
   * @default none
   */
  readonly variants?: readonly Readonly<Record<string, unknown>>[];
  /**
   * Metric that falls while the algorithm learns.
   * @default the first one that it describes
   */
  readonly loss?: string;
}

/** What is left of a training when it is over. */
export interface Recording {
  readonly start: Tree<HostArray>;
  readonly steps: readonly TrainingStep[];
  readonly checkpoint: Checkpoint;
}

/** A recording of a training whose policy was tried before it ended. */
export interface WholeRecording extends Recording {
  /** What the policy did in {@link playToy}; nothing where there is none. */
  readonly actions: readonly number[][];
}

/** Looks at a training between two steps. */
type Look = (run: TrainingRun) => unknown;

/** An algorithm under test. */
export interface Subject {
  readonly algorithm: AnyAlgorithm;
  readonly options: SubjectOptions;
  readonly dataset: Dataset;
  /** Trains and records, on one thread and the toy dataset if nothing else is said. @param look called after each step */
  record(options: TrainOptions, dataset?: Dataset, look?: Look): Promise<Recording>;
  /** A training of {@link WHOLE} steps, one by one. It is run once, when first asked for: many checks look at it. */
  whole(): Promise<WholeRecording>;
  /** The same training stopped after {@link HALF} steps, its checkpoint read back from a file. */
  half(): Promise<Recording>;
  /** A training that is long enough to learn something, reported every 20 steps. It is run once, too. */
  long(): Promise<Recording>;
}

/** Seed of the trainings that are compared. */
export const SEED = 3;
/** Reported every seven steps, it is blocks of four, and single steps around them. */
export const WHOLE = 15;
/** Not where a block ends, nor, for a policy that is delayed by two steps, a cycle. */
export const HALF = 5;

/** Tells whether what an algorithm makes acts. */
export const acts = ({ result }: AnyAlgorithm) => result.kind === 'policy';

/** Tells what actions an algorithm is tried on where it does not say that it can take others, too. */
export const usualActions = ({ requires }: AnyAlgorithm): ToyActions =>
  requires.includes('discrete-actions') ? 'classes' : 'amounts';

/** Makes the subject of one suite. @param actions what those of the toy dataset are. @default amounts, or classes for an algorithm that requires them */
export function openSubject(
  algorithm: AnyAlgorithm,
  options: SubjectOptions,
  actions: ToyActions = usualActions(algorithm),
): Subject {
  const dataset = toyDataset(actions);
  const config = { ...options.config, ...(actions === 'classes' ? options.classConfig : {}) };

  async function trainAnd<Result>(
    given: TrainOptions,
    finish: (run: TrainingRun<TrainedPolicy>) => Promise<Result>,
    { stop = given.steps, data = dataset, look = (() => {}) as Look } = {},
  ) {
    const device = given.device ?? (await openDevice('cpu', { threads: 1 }));
    const run: TrainingRun<TrainedPolicy> = await train(algorithm, data, {
      config,
      seed: SEED,
      ...given,
      device,
    });
    try {
      const start = await run.state();
      const steps: TrainingStep[] = [];
      for await (const step of run) {
        steps.push(step);
        await look(run);
        if (step.step === stop) break;
      }
      const checkpoint = structuredClone(await run.checkpoint());
      return { start, steps, checkpoint, ...(await finish(run)) };
    } finally {
      await run.dispose();
    }
  }
  const record: Subject['record'] = (given, data = dataset, look = () => {}) =>
    trainAnd(given, async () => ({}), { data, look });

  return {
    algorithm,
    options,
    dataset,
    record,
    whole: once(() =>
      trainAnd({ steps: WHOLE }, async (run) => ({
        actions: acts(algorithm) ? await withPolicy(await run.result(), (policy) => playToy(policy)) : [],
      })),
    ),
    half: once(async () => {
      // Planned as the whole one, for whoever has a schedule, and stopped.
      const recording = await trainAnd({ steps: WHOLE }, async () => ({}), { stop: HALF });
      return { ...recording, checkpoint: throughFile(recording.checkpoint) };
    }),
    long: once(() => record({ steps: 200, every: 20 })),
  };
}

/** Uses a policy and frees it. */
export async function withPolicy<Result>(
  policy: TrainedPolicy,
  use: (policy: TrainedPolicy) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(policy);
  } finally {
    await policy.dispose();
  }
}

/** Writes a checkpoint to a file and reads it. */
export function throughFile(checkpoint: Checkpoint): Checkpoint {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-conformance-'));
  try {
    saveCheckpoint(join(folder, 'checkpoint.safetensors'), checkpoint);
    return loadCheckpoint(join(folder, 'checkpoint.safetensors'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
