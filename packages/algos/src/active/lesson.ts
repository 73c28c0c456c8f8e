import { type Dataset, LamoError, Rng } from '@lamo/core';
import { joinDatasets } from '@lamo/data';
import type { Checkpoint, Device, HostArray, Tree, TreeRecord } from '@lamo/runtime';
import { multiTaskBc } from '../algorithms/multi-task-bc';
import { trainingHeader } from '../engine/checkpoint-header';
import { parseSavedConfig } from '../engine/parse-config';
import { type SettingsOf, train } from '../engine/train';
import { partName } from '../ingredients/task-observations';
import { type DatasetSpec, datasetSizes } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';
import { anchoredBc, equalImportance } from './anchored-bc';
import { checkSameSizes, type Demonstration } from './demonstration';
import { trainedState } from './trained-state';

/** How a network is fine-tuned. */
export interface LessonOptions {
  /** A training of multi-task BC, on the tasks that it has seen before. */
  readonly pretrained: Checkpoint;
  /** Where it learns. */
  readonly device: Device;
  /** Seeds the batches of all lessons. @default 0 */
  readonly seed?: number;
  /** Gradient steps of a lesson. @default 3000, the paper’s */
  readonly steps?: number;
  /** Rows in a batch. @default 256 */
  readonly batchSize?: number;
  /** @default 1e-4 */
  readonly learningRate?: number;
  /** Holds the network near what it was before the first lesson: a control of the adaptive prior. @default nothing does */
  readonly anchor?: Anchor;
}

/** What holds a network near what it was: L2, or with `importance` EWC. */
export interface Anchor {
  /** Of the squared distance, beside the loss. */
  readonly weight: number;
  /** How much each parameter of the actor matters: see `fisherInformation`. @default 1 for all */
  readonly importance?: Tree<HostArray>;
}

/** Fine-tunes a network of multi-task BC on demonstrations, from one lesson to the next. */
export class Lesson {
  /** The part of observations that says the task. */
  readonly part: string;
  readonly #config: SettingsOf<typeof multiTaskBc>;

  /** @throws LamoError `no-task` if the network was told no task */
  constructor(
    private readonly options: LessonOptions,
    private readonly spec: DatasetSpec,
  ) {
    const config = describeLesson(options, spec);
    this.#config = config;
    this.part = config.task;
  }

  /** Refuses what the network could not learn. @throws LamoError `shape-mismatch`, `actions-out-of-range` */
  check(dataset: Dataset): void {
    checkSameSizes(datasetSizes(this.spec), dataset, 'what the policy was trained on');
    multiTaskBc.data.prepare(dataset, multiTaskBc.config.parse(this.#config));
  }

  /**
   * Takes gradient steps on everything that was shown.
   *
   * @param state the network as it is
   * @param shown as it is without any
   * @param stream names this lesson: what it draws
   * @returns the network after it
   * @throws LamoError `diverged`
   */
  async teach(
    state: Tree<HostArray>,
    shown: readonly Demonstration[],
    stream: string,
  ): Promise<Tree<HostArray>> {
    if (shown.length === 0) return state;
    const { seed = 0, steps = 3000, device, anchor, pretrained } = this.options;
    const dataset = joinDatasets(
      'demonstrations',
      shown.map((demonstration) => demonstration.dataset),
    );
    const options = { steps, every: steps, device, seed: Rng.fromSeed(seed).split(stream).uint32() };
    const run = await (anchor === undefined
      ? train(multiTaskBc, dataset, { ...options, config: this.#config, initial: { state } })
      : train(anchoredBc, dataset, {
          ...options,
          config: { ...this.#config, anchorWeight: anchor.weight },
          initial: { state: withAnchor(state, anchor, pretrained.state) },
        }));
    return trainedState(run);
  }
}

/** A state that says what it is held near. */
function withAnchor(
  state: Tree<HostArray>,
  { importance }: Anchor,
  before: Tree<HostArray>,
): Tree<HostArray> {
  const { actor } = before as { readonly actor: Tree<HostArray> };
  return {
    ...(state as TreeRecord<HostArray>),
    anchor: actor,
    importance: importance ?? equalImportance(actor),
  };
}

/** How lessons are trained: as before, but for what options say, and with the task as a part of what is observed. */
function describeLesson(options: LessonOptions, spec: DatasetSpec) {
  const { pretrained, batchSize = 256, learningRate = 1e-4 } = options;
  const saved = parseSavedConfig(multiTaskBc, trainingHeader(pretrained).config) as SettingsOf<
    typeof multiTaskBc
  >;
  if (saved.task == null) throw notTold();
  return {
    ...saved,
    ...savedBounds(spec),
    batchSize,
    learningRate,
    task: partName(saved.task),
    taskClasses: null,
  };
}

/** Settings by which actions of new data are scaled as those of the training were. */
export function savedBounds({ actionBounds, ...spec }: DatasetSpec) {
  if (isDiscrete(spec)) return {};
  const { low, high } = actionBounds ?? {};
  return {
    actionBounds: 'unit' as const,
    actionLow: low ? [...low] : null,
    actionHigh: high ? [...high] : null,
  };
}

function notTold(): LamoError {
  return new LamoError({
    where: 'algos/active',
    code: 'no-task',
    problem: 'The policy that is to be fine-tuned was never told its task',
    expected: 'a training of multi-task BC with the setting task',
    received: 'one without it',
    hint: 'Train it with --task, so that its observations say what to do.',
  });
}
