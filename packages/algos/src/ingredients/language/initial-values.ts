import { LamoError, type Rng } from '@lamo/core';
import { initTokenValues, type Mlp, type Steering } from '@lamo/models';
import { type HostArray, mapTree, type Tree } from '@lamo/runtime';
import type { LoadedModel } from '../../kinds/language-model';
import type { LearnedValues } from './steered-model-result';

/** Settings of values that are learned. */
export interface ValuesConfig {
  readonly valueNetwork: 'shared' | 'separate';
  readonly rewardScale: number;
}

/**
 * The values to begin with: those that the loaded model has learned, in units of the rewards as they are scaled now, or new ones.
 *
 * @param model what trains of it
 * @throws LamoError `other-values` if those that it has are on a network that is not there
 */
export function initialValues(
  { heads, sizes, adapters }: LoadedModel,
  { valueNetwork, rewardScale }: ValuesConfig,
  model: Tree<HostArray>,
  rng: Rng,
): LearnedValues<HostArray> {
  const isApart = valueNetwork === 'separate';
  const known = heads?.steering;
  if (known === undefined) return { ...initTokenValues(sizes, rng), ...(isApart && { network: model }) };
  const { network, ...values } = known.values;
  if (network !== undefined && (!isApart || adapters !== undefined))
    throw otherValues(adapters !== undefined, valueNetwork);
  return {
    ...rescaled(values, rewardScale / known.rewardScale),
    // Heads on the language model are heads on a copy of it, too.
    ...(isApart && { network: (network as Tree<HostArray> | undefined) ?? model }),
  };
}

/** Values of rewards that are multiplied by a number: the last layers are linear. */
function rescaled(
  { critics, value }: Omit<Steering['values'], 'network'>,
  factor: number,
): Omit<Steering['values'], 'network'> {
  const scale = (head: Mlp<HostArray>): Mlp<HostArray> =>
    mapTree(head as Tree<HostArray>, ({ shape, data }, path) => ({
      shape,
      data: path.startsWith('1/') ? data.map((x) => x * factor) : data,
    })) as unknown as Mlp<HostArray>;
  if (factor === 1) return { critics, value };
  return {
    critics: { first: scale(critics.first), second: scale(critics.second) },
    value: scale(value),
  };
}

function otherValues(hasAdapters: boolean, valueNetwork: string): LamoError {
  return new LamoError({
    where: 'algos/ilql',
    code: 'other-values',
    problem: 'The values of the model are on a network of their own, which is not trained further here',
    expected: 'valueNetwork separate, and no adapters',
    received: hasAdapters ? 'adapters' : `valueNetwork ${valueNetwork}`,
    hint: 'Or remove values.safetensors from a copy of the model: values are then drawn anew.',
  });
}
