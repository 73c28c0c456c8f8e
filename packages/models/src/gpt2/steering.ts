import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkNumber, LamoError } from '@lamo/core';
import { type HostArray, type Tree, treeEntries, treeFromEntries, writeSafetensors } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { parameterName } from '../parameters/parameter-name';
import type { Gpt2Config } from './gpt2-config';
import { gpt2Shapes } from './gpt2-weights';
import type { StoredTensors } from './model-heads';
import { type TokenValues, textValues, tokenCritics } from './token-values';

/** How strongly a language model is steered while it writes. */
export interface SteeringStrength {
  /** β: each token is as likely as the model says times exp(β A), A its advantage in units of rewards. 0 leaves the model alone. */
  readonly advantageWeight: number;
  /** Larger advantages count as this; null: as they are. */
  readonly largestAdvantage: number | null;
}

/** What steers a language model towards what brings most (Snell et al. 2023): values, beside its weights. */
export interface Steering extends SteeringStrength {
  /** Their critics are those that advantages come from. */
  readonly values: TokenValues<HostArray>;
  /** Rewards were multiplied by this when values were learned. */
  readonly rewardScale: number;
}

/** The file of a steered model that holds its values. */
export const VALUES_FILE = 'values.safetensors';

/**
 * Adds β (min(Q₁, Q₂) − V) to the logits of what may come next.
 *
 * @param logits [N, V]
 * @param hidden [N, D] of the network that the heads are on
 */
export function steeredLogits(
  logits: tf.Tensor,
  hidden: tf.Tensor,
  values: TokenValues<tf.Tensor>,
  { advantageWeight, largestAdvantage, rewardScale }: Omit<Steering, 'values'>,
): tf.Tensor {
  const worth = tf.minimum(...tokenCritics(values.critics, hidden)); // [N, V]
  const advantages = tf.div(tf.sub(worth, tf.expandDims(textValues(values, hidden), -1)), rewardScale);
  const cut = largestAdvantage === null ? advantages : tf.minimum(advantages, largestAdvantage);
  return tf.add(logits, tf.mul(cut, advantageWeight));
}

/**
 * Sets how strongly a model is steered; undefined leaves it as it was saved.
 *
 * @throws LamoError `no-values`, `out-of-range`
 */
export function steered<Model extends { readonly steering?: Steering | undefined }>(
  model: Model,
  advantageWeight: number | undefined,
): Model {
  if (advantageWeight === undefined) return model;
  checkNumber('models/generate', 'advantageWeight', advantageWeight, 'a number of at least 0', (n) => n >= 0);
  if (model.steering !== undefined) return { ...model, steering: { ...model.steering, advantageWeight } };
  if (advantageWeight === 0) return model;
  throw new LamoError({
    where: 'models/generate',
    code: 'no-values',
    problem: 'The model cannot be steered',
    expected: `a model that learned values, with a ${VALUES_FILE} beside its weights, such as that of \`lamo train ilql\``,
    received: 'one without',
  });
}

/** Writes the values of a model beside its weights, or removes those of an earlier one. @throws LamoError `disk-full`, `not-writable` */
export function saveSteering(folder: string, steering: Steering | undefined): void {
  const path = join(folder, VALUES_FILE);
  if (steering === undefined) {
    if (existsSync(path)) rmSync(path);
    return;
  }
  const { values, ...numbers } = steering;
  const entries = treeEntries(values as unknown as Tree<HostArray>);
  const tensors = new Map(entries.map(([place, leaf]) => [parameterName(place), leaf]));
  writeSafetensors(path, { tensors, metadata: { steering: JSON.stringify(numbers) } });
}

const saved = z.object({
  advantageWeight: z.number().min(0),
  largestAdvantage: z.number().nullable(),
  rewardScale: z.number().positive(),
});

/** Finds the values of a model in their file. @throws LamoError `wrong-weights` */
export function steeringOf(
  { file, tensors, metadata }: StoredTensors,
  config: Gpt2Config,
): Steering | undefined {
  // Of another program, which has a file of that name.
  if (metadata.steering === undefined) return undefined;
  const numbers = saved.safeParse(JSON.parse(metadata.steering));
  if (!numbers.success) throw wrongValues(file, 'how values are used', metadata.steering);
  return { values: arrange(tensors, config, file), ...numbers.data };
}

/** Puts tensors at their places. @throws LamoError `wrong-weights` */
function arrange(
  tensors: ReadonlyMap<string, HostArray>,
  config: Gpt2Config,
  file: string,
): TokenValues<HostArray> {
  const hasNetwork = [...tensors.keys()].some((name) => name.startsWith('network.'));
  const expected = treeEntries(valueShapes(config, hasNetwork));
  const entries = expected.map(([place, { shape }]) => {
    const name = parameterName(place);
    const leaf = tensors.get(name);
    if (leaf !== undefined && leaf.shape.join() === shape.join()) return [place, leaf] as const;
    throw wrongValues(
      file,
      `the tensor '${name}' [${shape.join(', ')}]`,
      leaf === undefined ? 'none of that name' : `[${leaf.shape.join(', ')}]`,
    );
  });
  return treeFromEntries<HostArray>(entries) as unknown as TokenValues<HostArray>;
}

/** The shape of every parameter of the values of a model. */
function valueShapes(config: Gpt2Config, hasNetwork: boolean): Tree<{ readonly shape: readonly number[] }> {
  const { nEmbd, vocabSize } = config;
  const layer = (inputs: number, outputs: number) => ({
    weight: { shape: [inputs, outputs] },
    bias: { shape: [outputs] },
  });
  const head = (outputs: number) => ({ '0': layer(nEmbd, 2 * nEmbd), '1': layer(2 * nEmbd, outputs) });
  return {
    ...(hasNetwork && { network: gpt2Shapes(config) }),
    critics: { first: head(vocabSize), second: head(vocabSize) },
    value: head(1),
  };
}

function wrongValues(file: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'models/gpt2',
    code: 'wrong-weights',
    problem: `The values of ${file} do not belong to the model beside them`,
    expected,
    received,
    hint: 'Put back the file that was saved with the model; without it the model writes as it learned to imitate.',
  });
}
