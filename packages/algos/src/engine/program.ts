import { type BatchSource, LamoError } from '@lamo/core';
import type { HostArray, Program, StepFunction, Tree } from '@lamo/runtime';
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

/** Settings of {@link trainingProgram}. */
export interface ProgramOptions {
  /** Steps that a block should have at most; 1 for no blocks. @default 1 */
  readonly blockSize?: number;
  /** What the algorithm is built for. @default nothing is said of it */
  readonly spec?: object;
  /** Steps that are planned in all. @default no end is planned */
  readonly planned?: number;
}

type AnyStep = Step<unknown, Tree<tf.Tensor>, Readonly<Record<string, tf.Tensor>>, Loaded, object>;

/** What takes steps: an algorithm, or a pre-training. */
export type Trainable = Pick<AnyAlgorithm, 'cycle'>;

/**
 * Turns an algorithm's steps into a program that a device can compile.
 *
 * A block is several cycles of steps in one graph. onnxruntime copies the state out at the end of every run, so
 * eight steps at once cost an eighth of that.
 */
export function trainingProgram(
  algorithm: Trainable,
  config: unknown,
  state: Tree<HostArray>,
  source: BatchSource,
  loaded: Loaded = {},
  { blockSize = 1, planned = Number.POSITIVE_INFINITY, spec = {} }: ProgramOptions = {},
): TrainingProgram {
  const turns = algorithm.cycle(config) as readonly AnyStep[];
  if (turns.length === 0) throw noSteps();
  const names = new Map([...new Set(turns)].map((step, i) => [step, `${step.name || 'step'} ${i}`]));
  const cycle = turns.map((step) => names.get(step)!);
  const steps = new Map([...names].map(([step, name]) => [name, step]));
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
        const context = { state: current, spec, frozen, batch, noise, config, loaded, steps: planned };
        const made = checkReturn(name, steps.get(name)!(context));
        current = made.state;
        for (const [metric, value] of Object.entries(made.metrics)) {
          outputs[placed(place, metric)] = checkScalar(metric, value);
        }
      }
      return { state: current, outputs };
    };
  const variants = Object.fromEntries([...steps.keys()].map((name) => [name, take([name])]));
  return {
    cycle,
    block,
    program: {
      state,
      frozen: loaded.frozen ?? {},
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

function checkScalar(metric: string, value: tf.Tensor): tf.Tensor {
  if (value?.rank === 0) return value;
  throw new LamoError({
    where: 'algos/train',
    code: 'metric-shape',
    problem: `The metric '${metric}' is not one number`,
    expected: 'a scalar',
    received: value?.shape === undefined ? String(value) : `a tensor of shape [${value.shape}]`,
    hint: 'Report its mean: tf.mean(…).',
  });
}
