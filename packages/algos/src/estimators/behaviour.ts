import { LamoError, Rng } from '@lamo/core';
import { selectEpisodes } from '@lamo/data';
import type { Device } from '@lamo/runtime';
import { train } from '../engine/train';
import { isDiscrete } from '../kinds/policy';
import { behaviourModel } from './behaviour-model';
import type { PreparedLog } from './prepare-log';

/** How likely whoever acted was to act so. */
export interface Behaviour {
  /** Whether the log says it, or a model that was fitted to it. */
  readonly source: 'logged' | 'fitted';
  /** log b(a|s) [N], of actions as batches have them: probabilities of classes, densities of amounts between −1 and 1. */
  readonly logDensities: Float64Array;
}

/** The extra column in which logs say how likely actions were: `infos/action_log_probs`. */
export const ACTION_LOG_PROBS = 'action_log_probs';

/**
 * Reads how likely the actions of a log were for whoever acted.
 *
 * @returns undefined if the log does not say
 * @throws LamoError `wrong-shape` if there is more than one number for each row
 */
export function loggedBehaviour({ data, spec }: PreparedLog): Behaviour | undefined {
  const column = data.infos[ACTION_LOG_PROBS];
  if (column === undefined) return undefined;
  if (column.width !== 1)
    throw new LamoError({
      where: 'algos/estimators',
      code: 'wrong-shape',
      problem: `\`infos/${ACTION_LOG_PROBS}\` of ${data.name} is not one number for each row`,
      expected: 'log b(a|s) of the whole action, [N]',
      received: `[N, ${column.width}]`,
      hint: 'Add up the logarithms of the components, or leave the column out: --behaviour fitted.',
    });
  // A density in raw units is one between −1 and 1 over half the range of each component.
  const { low = [], high = [] } = isDiscrete(spec) ? {} : (spec.actionBounds ?? {});
  const shift = low.reduce(
    (sum, least, i) => sum + (high[i]! > least ? Math.log((high[i]! - least) / 2) : 0),
    0,
  );
  return { source: 'logged', logDensities: Float64Array.from(column.data, (density) => density + shift) };
}

/** Settings of {@link fitBehaviour}. */
export interface FitBehaviourOptions {
  /** Parts that the episodes are dealt into; each is judged by a model of the others. @default 2 */
  readonly folds?: number;
  /** Gradient steps of each model. @default 2000 */
  readonly steps?: number;
  /** Deals episodes, and draws the models. @default 0 */
  readonly seed?: number;
  /** Width of the hidden layers of each model. @default 64 */
  readonly hiddenSize?: number;
  /** @default the compiled `cpu` device */
  readonly device?: Device;
  /** Stops the fitting between two looks. */
  readonly signal?: AbortSignal;
  /** Called with how many steps of all models are taken. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Fits how likely the actions of a log were. Each episode is judged by a model that has not seen it: one that has would find what was
 * done likelier than it was. A log of a single episode is judged by a model of itself.
 */
export async function fitBehaviour(
  { data, spec }: PreparedLog,
  {
    folds = 2,
    steps = 2000,
    seed = 0,
    hiddenSize = 64,
    device,
    signal,
    onProgress,
  }: FitBehaviourOptions = {},
): Promise<Behaviour> {
  const parts = dealEpisodes(data.episodeEnds.length, folds, seed);
  const logDensities = new Float64Array(data.size);
  for (const [fold, held] of parts.entries()) {
    const others = parts.filter((part) => part !== held).flat();
    const training = others.length === 0 ? data : selectEpisodes(data, others);
    const config = { hiddenSize };
    const options = {
      steps,
      seed: seed + fold,
      config,
      every: 100,
      ...(device === undefined ? {} : { device }),
    };
    const run = await train({ ...behaviourModel, data: asPrepared(spec) }, training, options);
    try {
      for await (const { step } of run) {
        signal?.throwIfAborted();
        onProgress?.(fold * steps + step, parts.length * steps);
      }
      const rows = held.flatMap((episode) => rowsOf(data.episodeEnds, episode));
      const model = await run.result();
      const seen = selectEpisodes(data, held);
      const densities = await model.logDensities({ observations: seen.observations, actions: seen.actions });
      for (const [i, row] of rows.entries()) logDensities[row] = densities[i]!;
    } finally {
      await run.dispose();
    }
  }
  return { source: 'fitted', logDensities };
}

/** The log is in the form of batches already. */
function asPrepared(spec: PreparedLog['spec']): typeof behaviourModel.data {
  return { ...behaviourModel.data, spec: () => spec, prepare: (data) => ({ data, spec, warnings: [] }) };
}

/** Deals episodes into parts, at random; each in ascending order. */
function dealEpisodes(episodes: number, folds: number, seed: number): number[][] {
  const order = Rng.fromSeed(seed)
    .split('folds')
    .shuffle(Uint32Array.from({ length: episodes }, (_, i) => i));
  const parts = Array.from({ length: Math.min(folds, episodes) }, (_, fold) =>
    [...order].filter((_, i) => i % folds === fold).sort((a, b) => a - b),
  );
  return parts;
}

function rowsOf(episodeEnds: ArrayLike<number>, episode: number): number[] {
  const start = episode === 0 ? 0 : episodeEnds[episode - 1]!;
  return Array.from({ length: episodeEnds[episode]! - start }, (_, i) => start + i);
}
