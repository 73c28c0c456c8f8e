/**
 * The Decision Transformer (Chen et al. 2021, "Decision Transformer: Reinforcement Learning via Sequence Modeling"): a
 * trajectory is the tokens R̂₁ s₁ a₁ R̂₂ s₂ a₂ …, and the hidden state at each s predicts that step's action. Which
 * network reads the tokens is up to the caller.
 *
 * The names of the parameters are those of the reference code, here and in LaMo's and Wiki-RL's.
 *
 * Shapes: B windows, K steps, O observation size, A action size, D width.
 */
import type { Rng } from '@lamo/core';
import { type HostArray, hostArray, layerNorm, mapTree, sizeOf, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { initLayerNorm, type LayerNorm, type Table } from '../gpt2/gpt2';
import { initLinear, type Linear, linear } from '../networks/linear';
import {
  firstLayer,
  initTwoLayerMlp,
  residualMlp,
  type TwoLayerMlp,
  twoLayerMlp,
} from '../networks/two-layer-mlp';

/** A linear layer, or two with a GELU between them: `fc1` and `fc2`. */
export type Projection<Leaf> = Linear<Leaf> | TwoLayerMlp<Leaf>;

/** Everything around the transformer. A type rather than an interface, because an interface with an optional member is not assignable to a tree. */
export type DecisionTransformer<Leaf> = {
  /** The time table: one row [D] for each step of an episode. */
  readonly embed_timestep: Table<Leaf>;
  /** From a return-to-go to a token: 1 input, D outputs. */
  readonly embed_return: Projection<Leaf>;
  /** From an observation to a token: O inputs, D outputs. */
  readonly embed_state: Projection<Leaf>;
  /** From an action to a token: A inputs, D outputs. */
  readonly embed_action: Projection<Leaf>;
  /** The norm of all tokens. */
  readonly embed_ln: LayerNorm<Leaf>;
  /** Left out where the head is the transposed `embed_action` (Wiki-RL's shared projection). */
  readonly predict_action?: Projection<Leaf>;
};

/** Windows of trajectories, as the sequence sampler fills them. */
export interface SequenceBatch {
  /** [B, K, O] */
  readonly observations: tf.Tensor;
  /** [B, K, A] */
  readonly actions: tf.Tensor;
  /** [B, K], scaled */
  readonly returnsToGo: tf.Tensor;
  /** [B, K] */
  readonly timesteps: tf.Tensor;
  /** [B, K] 1 = real, 0 = padding */
  readonly mask: tf.Tensor;
}

/** How tokens are assembled, where the variants of the model differ. */
export interface DecisionTransformerSettings {
  /** Whether the time embedding is added before the layer norm (DT) or after it (Wiki-RL, LaMo). */
  readonly order: 'time-then-norm' | 'norm-then-time';
  /** Whether two-layer embeddings have a residual connection. @default true */
  readonly residual?: boolean;
  /** Bounds the predicted actions: `tanh` with the linear head, `none` with LaMo's two-layer head. */
  readonly bound: 'tanh' | 'none';
}

/** Sizes of a {@link DecisionTransformer}. */
export interface DecisionTransformerSizes {
  /** O */
  readonly observationSize: number;
  /** A */
  readonly actionSize: number;
  /** D */
  readonly width: number;
  /** Rows of the time table. */
  readonly maxTimesteps: number;
  /** Embeddings of one linear layer, or of two with a GELU. */
  readonly embedding: 'linear' | 'mlp';
  /** The action head likewise; `shared` takes the transposed action embedding, without a bias. */
  readonly head: 'linear' | 'mlp' | 'shared';
}

/** Draws the parameters as PyTorch does: linear layers uniform, the time table N(0, 1). */
export function initDecisionTransformer(
  sizes: DecisionTransformerSizes,
  rng: Rng,
): DecisionTransformer<HostArray> {
  const { observationSize, actionSize, width, maxTimesteps } = sizes;
  const layer = (kind: 'linear' | 'mlp', inputs: number, outputs: number, label: string) =>
    kind === 'linear'
      ? initLinear(inputs, outputs, rng.split(label))
      : initTwoLayerMlp(inputs, width, outputs, rng.split(label));
  const times = new Float32Array(maxTimesteps * width);
  rng.split('embed_timestep').fillNormal(times);
  return {
    embed_timestep: { weight: hostArray([maxTimesteps, width], times) },
    embed_return: layer(sizes.embedding, 1, width, 'embed_return'),
    embed_state: layer(sizes.embedding, observationSize, width, 'embed_state'),
    embed_action: layer(sizes.embedding, actionSize, width, 'embed_action'),
    embed_ln: initLayerNorm(width),
    ...(sizes.head === 'shared'
      ? {}
      : { predict_action: layer(sizes.head, width, actionSize, 'predict_action') }),
  };
}

/** Redraws every matrix from N(0, deviation) and sets biases to 0, as CORL does; norms are kept. */
export function redrawNormal<T extends Tree<HostArray>>(tree: T, rng: Rng, deviation = 0.02): T {
  return mapTree(tree as Tree<HostArray>, ({ shape }, path) => {
    const data = new Float32Array(sizeOf(shape));
    if (shape.length === 2) rng.fillNormal(data);
    // A layer norm's weight is a vector.
    const isNorm = path.endsWith('weight') && shape.length === 1;
    return hostArray(shape, isNorm ? data.fill(1) : data.map((value) => value * deviation));
  }) as T;
}

/**
 * Embeds windows as tokens, three for each step.
 * @returns [B, 3 K, D], and the mask [B, 3 K] of the tokens
 */
export function trajectoryTokens(
  parameters: DecisionTransformer<tf.Tensor>,
  batch: SequenceBatch,
  settings: DecisionTransformerSettings,
): TrajectoryTokens {
  const { embed_timestep, embed_ln } = parameters;
  const [batchSize, steps] = batch.mask.shape as [number, number];
  const width = embed_timestep.weight.shape[1]!;
  const embed = (layer: Projection<tf.Tensor>, x: tf.Tensor) => {
    const rows = tf.reshape(x, [batchSize * steps, -1]);
    return tf.reshape(embedded(layer, rows, settings.residual ?? true), [batchSize, steps, 1, width]);
  };
  const tokens = tf.concat(
    [
      embed(parameters.embed_return, batch.returnsToGo),
      embed(parameters.embed_state, batch.observations),
      embed(parameters.embed_action, batch.actions),
    ],
    2,
  ); // [B, K, 3, D]
  const times = tf.reshape(
    tf.gather(embed_timestep.weight, tf.cast(batch.timesteps, 'int32') as tf.Tensor1D),
    [batchSize, steps, 1, width],
  );
  const norm = (x: tf.Tensor) => layerNorm(x, embed_ln.weight, embed_ln.bias);
  const normalised = settings.order === 'norm-then-time' ? norm(tokens) : norm(tf.add(tokens, times));
  const placed = settings.order === 'norm-then-time' ? tf.add(normalised, times) : normalised;
  return {
    tokens: tf.reshape(placed, [batchSize, 3 * steps, width]),
    normalised: tf.reshape(normalised, [batchSize, 3 * steps, width]),
    mask: tf.reshape(tf.tile(tf.reshape(batch.mask, [batchSize, steps, 1]), [1, 1, 3]), [batchSize, -1]),
  };
}

/** What {@link trajectoryTokens} returns. */
export interface TrajectoryTokens {
  /** [B, 3 K, D] */
  readonly tokens: tf.Tensor;
  /** [B, 3 K, D] the tokens right after the layer norm, before the time embedding is added (if it is added after). */
  readonly normalised: tf.Tensor;
  /** [B, 3 K] */
  readonly mask: tf.Tensor;
}

/** Picks the state token of every step, [B, 3 K, D] → [B, K, D]: what predicts the actions. */
export function stateTokens(tokens: tf.Tensor): tf.Tensor {
  const [batch, count, width] = tokens.shape as [number, number, number];
  const steps = tf.reshape(tokens, [batch, count / 3, 3, width]);
  return tf.reshape(tf.slice(steps, [0, 0, 1, 0], [-1, -1, 1, -1]), [batch, count / 3, width]);
}

/** Picks the state token of the last step, [B, 3 K, D] → [B, 1, D]. */
export function lastStateToken(tokens: tf.Tensor): tf.Tensor {
  return tf.slice(tokens, [0, tokens.shape[1]! - 2, 0], [-1, 1, -1]);
}

/**
 * Predicts actions from hidden states of state tokens.
 * @param hidden [B, K, D]
 * @returns [B, K, A]
 */
export function predictActions(
  { predict_action: head, embed_action }: DecisionTransformer<tf.Tensor>,
  hidden: tf.Tensor,
  { bound }: Pick<DecisionTransformerSettings, 'bound'>,
): tf.Tensor {
  const [batch, steps, width] = hidden.shape as [number, number, number];
  const rows = tf.reshape(hidden, [batch * steps, width]);
  const actions = head === undefined ? transposed(embed_action, rows) : projected(head, rows);
  return tf.reshape(bound === 'tanh' ? tf.tanh(actions) : actions, [batch, steps, -1]);
}

/**
 * Computes what goes into the last layer of the action head, of hidden states of state tokens.
 *
 * @param hidden [N, D]
 * @returns [N, D], of a head of two layers what is between them
 */
export function headFeatures(
  { predict_action: head }: DecisionTransformer<tf.Tensor>,
  hidden: tf.Tensor,
): tf.Tensor {
  return head !== undefined && isTwoLayer(head) ? firstLayer(head, hidden) : hidden;
}

function embedded(layer: Projection<tf.Tensor>, x: tf.Tensor, residual: boolean): tf.Tensor {
  return isTwoLayer(layer) ? residualMlp(layer, x, residual) : linear(layer as Linear<tf.Tensor>, x);
}

function projected(layer: Projection<tf.Tensor>, x: tf.Tensor): tf.Tensor {
  return isTwoLayer(layer) ? twoLayerMlp(layer, x) : linear(layer as Linear<tf.Tensor>, x);
}

function transposed(layer: Projection<tf.Tensor>, x: tf.Tensor): tf.Tensor {
  return tf.matMul(x as tf.Tensor2D, (layer as Linear<tf.Tensor>).weight as tf.Tensor2D, false, true);
}

function isTwoLayer<Leaf>(layer: Projection<Leaf>): layer is TwoLayerMlp<Leaf> {
  return 'fc1' in layer;
}
