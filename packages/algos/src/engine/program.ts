import { type BatchSource, LamoError } from '@lamo/core';
import type { HostArray, Noise, Program, StepFunction, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { AnyAlgorithm, Loaded, Step, StepReturn } from './algorithm';

/** Name of the variant that takes {@link TrainingProgram.block} at once. */
export const BLOCK = 'block';

/** An algorithm's steps as a program for a device, one by one and several at once. */
export interface TrainingProgram {
  /** Its inputs are those of a batch once for each place in the block: `0/observations`, `1/observations` … */
  readonly program: Program;
  /** The variant that takes each step of a cycle: those that are one and the same step are one variant. */
  readonly cycle: readonly string[];
  /** The steps of one block; empty if there is none. Blocks start where a cycle starts. */
  readonly block: readonly string[];
}

type AnyStep = Step<unknown, Tree<tf.Tensor>, Readonly<Record<string, tf.Tensor>>, Loaded, object>;

/** What takes steps: an algorithm, or a pre-training. */
export type Trainable = Pick<AnyAlgorithm, 'cycle'>;

/** What steps are built from. */
export interface StepParts {
  readonly algorithm: Trainable;
  readonly config: unknown;
  readonly source: BatchSource;
  /** @default nothing */
  readonly loaded?: Loaded;
  /** What the algorithm is built for. @default nothing is said of it */
  readonly spec?: object;
  /** Steps that are planned in all. @default no end is planned */
  readonly planned?: number;
}

/** Takes one step, checked. */
type TakeStep = (
  state: Tree<tf.Tensor>,
  batch: Readonly<Record<string, tf.Tensor>>,
  noise: Noise,
  frozen: Tree<tf.Tensor>,
) => StepReturn<Tree<tf.Tensor>>;

/** An algorithm's steps by name, and the name of each in a cycle: those that are one and the same have one name. */
export interface NamedSteps {
  readonly steps: ReadonlyMap<string, TakeStep>;
  readonly cycle: readonly string[];
}

/** Names an algorithm's steps, and checks what they return. @throws LamoError `no-steps`; when they are called `step-return`, `metric-shape` */
export function namedSteps({ algorithm, config, loaded = {}, spec = {}, planned }: StepParts): NamedSteps {
  const turns = algorithm.cycle(config) as readonly AnyStep[];
  if (turns.length === 0) throw noSteps();
  const names = new Map([...new Set(turns)].map((step, i) => [step, `${step.name || 'step'} ${i}`]));
  const steps = planned ?? Number.POSITIVE_INFINITY;
  const take =
    (step: AnyStep, name: string): TakeStep =>
    (state, batch, noise, frozen) => {
      const made = checkReturn(name, step({ state, spec, frozen, batch, noise, config, loaded, steps }));
      for (const [metric, value] of Object.entries(made.metrics)) checkScalar(metric, value);
      return made;
    };
  return {
    steps: new Map([...names].map(([step, name]) => [name, take(step, name)])),
    cycle: turns.map((step) => names.get(step)!),
  };
}

/**
 * Turns an algorithm's steps into a program that a device can compile.
 *
 * A block is several cycles of steps in one graph. onnxruntime copies the state out at the end of every run, so
 * eight steps at once cost an eighth of that.
 *
 * @param blockSize steps that a block should have at most; 1 for no blocks
 */
export function trainingProgram(parts: StepParts, state: Tree<HostArray>, blockSize = 1): TrainingProgram {
  const { source } = parts;
  const { steps, cycle } = namedSteps(parts);
  const cycles = Math.floor(blockSize / cycle.length);
  const block = cycles * cycle.length > 1 ? Array.from({ length: cycles }, () => cycle).flat() : [];
  const places = Array.from({ length: Math.max(1, block.length) }, (_, place) => place);
  const inputs = places.flatMap((place) =>
    Object.entries(source.shapes).map(([name, shape]) => [placed(place, name), shape] as const),
  );

  const take =
    (names: readonly string[]): StepFunction =>
    (state, given, noise, frozen) => {
      let current = state;
      const outputs: Record<string, tf.Tensor> = {};
      for (const [place, name] of names.entries()) {
        const batch = mapNames(source.shapes, (input) => given[placed(place, input)]!);
        const made = steps.get(name)!(current, batch, noise, frozen);
        current = made.state;
        for (const [metric, value] of Object.entries(made.metrics)) outputs[placed(place, metric)] = value;
      }
      return { state: current, outputs };
    };
  const variants = Object.fromEntries([...steps.keys()].map((name) => [name, take([name])]));
  return {
    cycle,
    block,
    program: {
      state,
      frozen: parts.loaded?.frozen ?? {},
      inputs: Object.fromEntries(inputs),
      bytes: places.flatMap((place) => (source.bytes ?? []).map((name) => placed(place, name))),
      variants: block.length === 0 ? variants : { ...variants, [BLOCK]: take(block) },
    },
  };
}

/** Name of an input or metric of one place in a block. */
export function placed(place: number, name: string): string {
  return `${place}/${name}`;
}

function mapNames<A, B>(record: Readonly<Record<string, A>>, fn: (name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.keys(record).map((name) => [name, fn(name)]));
}

function noSteps(): LamoError {
  return new LamoError({
    where: 'algos/train',
    code: 'no-steps',
    problem: 'The cycle of the algorithm has no steps',
    expected: 'a function that takes a step, or several',
    received: 'an empty list',
  });
}

function checkReturn(name: string, made: StepReturn<Tree<tf.Tensor>>): StepReturn<Tree<tf.Tensor>> {
  if (made?.state !== undefined && typeof made.metrics === 'object') return made;
  throw new LamoError({
    where: 'algos/train',
    code: 'step-return',
    problem: `The step '${name}' does not return what a step returns`,
    expected: '{ state, metrics }: the whole new state, and metrics as scalars',
    received:
      made === null || typeof made !== 'object' ? String(made) : `{ ${Object.keys(made).join(', ')} }`,
  });
}

function checkScalar(metric: string, value: tf.Tensor): void {
  if (value?.rank === 0) return;
  throw new LamoError({
    where: 'algos/train',
    code: 'metric-shape',
    problem: `The metric '${metric}' is not one number`,
    expected: 'a scalar',
    received: value?.shape === undefined ? String(value) : `a tensor of shape [${value.shape}]`,
    hint: 'Report its mean: tf.mean(…).',
  });
}
