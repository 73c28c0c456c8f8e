import { Rng } from '@lamo/core';
import { type HostArray, hostArray, type Tree, treeEntries, valueAndGradients } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { computeOn } from '../../../../test/compute';
import { withXla } from '../../../../test/with-xla';
import { type Gpt2, initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { languageLoss } from './language-model';

const config = gpt2Config({ vocabSize: 11, nPositions: 12, nEmbd: 8, nLayer: 2, nHead: 2 });
const parameters = initGpt2(
  { ...config, initializerRange: 0.5 },
  Rng.fromSeed(1),
) as unknown as Tree<HostArray>;

/** Tokens of examples, and how much each counts. */
const EXAMPLES = [
  { tokens: [1, 2, 3, 4, 10], mask: [0, 0, 1, 1, 1] },
  { tokens: [5, 6, 10], mask: [0, 1, 1] },
  { tokens: [7, 1, 8, 10], mask: [0, 0, 0, 1] },
];

/** Puts examples into rows of a length. @param rows which examples each row has, by their numbers */
function lay(rows: readonly (readonly number[])[], length: number) {
  const fill = (of: (example: (typeof EXAMPLES)[number], number: number) => readonly number[]) =>
    rows.flatMap((row) => {
      const own = row.flatMap((example, i) => of(EXAMPLES[example]!, i + 1));
      return [...own, ...Array<number>(length - own.length).fill(0)];
    });
  const array = (values: readonly number[]) => hostArray([rows.length, length], Float32Array.from(values));
  return {
    ids: array(fill(({ tokens }) => tokens)),
    weights: array(fill(({ mask }) => mask)),
    segments: array(fill(({ tokens }, number) => tokens.map(() => number))),
    positions: array(fill(({ tokens }) => tokens.map((_, place) => place))),
  };
}

/** The loss of rows and all of its gradients. */
async function losses(
  device: string,
  { segments, positions, ...plain }: ReturnType<typeof lay>,
  isPacked: boolean,
) {
  const inputs = isPacked ? { ...plain, segments, positions } : plain;
  return computeOn(device as 'cpu')(parameters, inputs, (state, { ids, weights, ...packed }) => {
    const { loss, gradients } = valueAndGradients(state, (state) => ({
      loss: languageLoss(state as unknown as Gpt2<tf.Tensor>, ids!, config, {
        weights,
        ...(isPacked && { packed: packed as { segments: tf.Tensor; positions: tf.Tensor } }),
      }),
    }));
    return { loss, ...Object.fromEntries(treeEntries(gradients)) };
  });
}

describe.each(withXla('cpu'))('rows of several examples, on %s', (device) => {
  it('have the loss and the gradients of the examples in rows of their own', async () => {
    const apart = await losses(device, lay([[0], [1], [2]], 5), false);
    const packed = await losses(device, lay([[0, 1], [2]], 9), true);
    expect(Object.keys(packed)).toHaveLength(treeEntries(parameters).length + 1);
    // Sums of a few dozen single-precision terms in another order.
    for (const [name, value] of Object.entries(packed))
      expect(value, name).toBeAllClose(apart[name]!, { relative: 1e-4, absolute: 1e-6 });
    // Without segments the second example of a row would see the first.
    const blind = await losses(device, lay([[0, 1], [2]], 9), false);
    expect(Math.abs(blind.loss![0]! - apart.loss![0]!)).toBeGreaterThan(1e-3);
  });
});
