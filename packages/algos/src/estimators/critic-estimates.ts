import { type CriticValues, LamoError } from '@lamo/core';
import type { Checkpoint, Device } from '@lamo/runtime';
import type { AnyAlgorithm } from '../engine/algorithm';
import { trainingHeader } from '../engine/checkpoint-header';
import { valueActions } from '../engine/load-result';
import type { JudgedPolicy } from '../ingredients/judging/load-judged-policy';
import { unscaleActions } from '../kinds/action-bounds';
import { isDiscrete } from '../kinds/policy';
import { cutValues } from './network-values';
import type { PreparedLog } from './prepare-log';

/** The training of a policy, whose critics are asked. */
export interface TrainedCritics {
  /** What was trained. */
  readonly algorithm: AnyAlgorithm;
  /** Where the training was. */
  readonly checkpoint: Checkpoint;
  /** What the critics are asked on. */
  readonly device: Device;
}

/**
 * Asks the critics that a policy was trained with what it is worth where episodes begin, and where they were cut.
 *
 * @param discount of the estimate, which must be that of the critics
 * @throws LamoError `no-critics` if it has none, or if they count other rewards or by another discount
 */
export async function criticEstimates(
  { data, spec }: PreparedLog,
  policy: JudgedPolicy,
  { algorithm, checkpoint, device }: TrainedCritics,
  discount: number,
): Promise<CriticValues> {
  checkDiscount(algorithm, trainingHeader(checkpoint).config.discount, discount);
  const ask = async (observations: Float32Array, actions: Float32Array) => {
    const visited = { observations, actions: rawActions(actions, spec) };
    const found = await valueActions(algorithm, checkpoint, device, visited);
    if (found === undefined) throw noCritics(`${algorithm.title} has nothing that judges actions`, 'critics');
    if (found.rewards === 'transformed')
      throw noCritics(
        `The critics of ${algorithm.title} count rewards that its settings changed`,
        'rewards as they were logged, or multiplied by rewardScale',
      );
    return [[...found.values]];
  };
  const observations = data.observations as Float32Array;
  const own = (await ask(observations, await policy.act(observations)))[0]!;
  const logged = await ask(observations, data.actions);
  const starts = Array.from(data.episodeEnds, (_, episode) => own[data.episodeEnds[episode - 1] ?? 0]!);
  const [cuts] = await cutValues(data, policy, ask, { logged, discount });
  return {
    starts,
    cuts: cuts!,
    surprise: surpriseOf(data, { own, logged: logged[0]!, cuts: cuts! }, discount),
  };
}

/** The mean of r + γ V(s′) − Q(s, a) over the rows of a log. */
function surpriseOf(
  { rewards, episodeEnds, size }: PreparedLog['data'],
  values: Readonly<Record<'own' | 'logged' | 'cuts', readonly number[]>>,
  discount: number,
): number {
  let sum = 0;
  for (const [episode, end] of episodeEnds.entries())
    for (let row = episode === 0 ? 0 : episodeEnds[episode - 1]!; row < end; row++) {
      const next = row + 1 === end ? values.cuts[episode]! : values.own[row + 1]!;
      sum += rewards[row]! + discount * next - values.logged[row]!;
    }
  return sum / size;
}

function checkDiscount({ title }: AnyAlgorithm, own: unknown, discount: number): void {
  if (own === undefined || own === discount) return;
  throw noCritics(
    `The critics of ${title} discount the future by ${own}`,
    `the same discount as that of the estimate, ${discount}`,
    `Estimate with --discount ${own}.`,
  );
}

function noCritics(problem: string, expected: string, hint?: string): LamoError {
  return new LamoError({
    where: 'algos/estimators',
    code: 'no-critics',
    problem,
    expected,
    hint: hint ?? 'Leave out this estimator: initial-value.',
  });
}

/** Undoes `batchActions`: classes as their number, amounts in raw units. */
function rawActions(actions: Float32Array, spec: PreparedLog['spec']): Float32Array {
  const { actionSize } = spec;
  if (!isDiscrete(spec)) return unscaleActions({ actions, actionSize }, spec.actionBounds ?? null).actions;
  return Float32Array.from({ length: actions.length / actionSize }, (_, row) =>
    actions.subarray(row * actionSize, (row + 1) * actionSize).indexOf(1),
  );
}
