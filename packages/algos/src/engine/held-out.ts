import { type BatchSource, LamoError, type Rng } from '@lamo/core';
import type { Device, Executable, HostArray, StepFunction, Tree } from '@lamo/runtime';
import type { AnyAlgorithm } from './algorithm';
import type { PreparedData } from './data-kind';
import { averageMetrics } from './metric-averages';
import { namedSteps, type StepParts } from './program';
import type { StepMetrics } from './training-steps';

/** Batches that one measurement is the mean of. */
const BATCHES = 8;

/**
 * Measures what steps would say of data that are never learned from: the metrics of a step on them, whose new state is dropped. Each
 * time it looks at the same batches with the same noise, so that the training alone makes the difference.
 */
export class HeldOutMeasure {
  #executable: Executable | undefined;
  readonly #parts: StepParts;
  readonly #noise: Rng;
  readonly #start: { readonly batches: unknown; readonly noise: ReturnType<Rng['state']> };

  /** @param parts the steps, with batches of what is held out and noise of their own */
  constructor(
    readonly device: Device,
    { noise, ...parts }: StepParts & { readonly noise: Rng },
  ) {
    this.#parts = parts;
    this.#noise = noise;
    this.#start = { batches: parts.source.state(), noise: noise.state() };
  }

  /** Measures a state. @returns means of the metrics of a step, by their names */
  async measure(state: Tree<HostArray>): Promise<StepMetrics> {
    const executable = await this.#open(state);
    const { source } = this.#parts;
    source.restore(this.#start.batches);
    this.#noise.restore(this.#start.noise);
    const means = averageMetrics();
    for (let i = 0; i < BATCHES; i++) {
      source.next(executable.inputs as Parameters<BatchSource['next']>[0]);
      for (const variant of Object.keys(executable.outputs)) {
        await executable.run(variant, this.#noise);
        const outputs = Object.entries(executable.outputs[variant]!);
        means.add(Object.fromEntries(outputs.map(([name, [value]]) => [name, value!])), 1);
      }
    }
    return means.read();
  }

  /** Compiles at the first measurement: not everybody makes one. */
  async #open(state: Tree<HostArray>): Promise<Executable> {
    if (this.#executable === undefined) {
      this.#executable = await this.device.compile(measuringProgram(this.#parts, state));
    } else {
      await this.#executable.writeState(state);
    }
    return this.#executable;
  }

  /** Frees what the device holds. */
  async dispose(): Promise<void> {
    await this.#executable?.dispose();
  }
}

/** Each different step of an algorithm, as a function that changes nothing. */
function measuringProgram(parts: StepParts, state: Tree<HostArray>) {
  const { source, loaded } = parts;
  const variants = [...namedSteps(parts).steps].map(([name, take]): [string, StepFunction] => [
    name,
    (state, batch, noise, frozen) => ({ outputs: take(state, batch, noise, frozen).metrics }),
  ]);
  return {
    state,
    frozen: loaded?.frozen ?? {},
    inputs: source.shapes,
    bytes: source.bytes ?? [],
    variants: Object.fromEntries(variants),
  };
}

/** Data as a training takes them, and what of them is only measured on, with the settings for its batches. */
export interface PreparedParts extends Omit<PreparedData<unknown, object>, 'data'> {
  readonly training: unknown;
  readonly heldOut?: unknown;
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Prepares data under settings, all of them alike, and then parts them.
 *
 * @param fraction what to hold out; undefined: nothing
 * @throws LamoError `cannot-hold-out`, `out-of-range`, and as the kind of data
 */
export function prepareParts(
  { name, data: kind }: AnyAlgorithm,
  data: unknown,
  config: Readonly<Record<string, unknown>>,
  fraction: number | undefined,
): PreparedParts {
  const { data: whole, ...prepared } = kind.prepare(data, config);
  if (fraction === undefined) return { ...prepared, training: whole };
  if (kind.holdOut !== undefined) return { ...prepared, ...kind.holdOut(whole, fraction, config) };
  throw new LamoError({
    where: `algos/${name}`,
    code: 'cannot-hold-out',
    problem: `Nothing of a ${kind.name} can be held out while it trains`,
    expected: 'no heldOut, or logged decisions as data',
    received: `heldOut ${fraction}`,
  });
}

/** Opens the batches of what is held out; undefined if nothing is. @param rng of the training */
export async function openMeasure(
  device: Device,
  parts: StepParts & { readonly algorithm: AnyAlgorithm },
  { heldOut, config }: PreparedParts,
  rng: Rng,
): Promise<HeldOutMeasure | undefined> {
  if (heldOut === undefined) return undefined;
  const { algorithm, loaded = {} } = parts;
  const source = await algorithm.batches(heldOut, config, rng.split('held-out'), loaded);
  return new HeldOutMeasure(device, { ...parts, source, noise: rng.split('held-out noise') });
}
