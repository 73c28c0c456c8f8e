import type { ActionBounds, ActionSpace, ColumnArray, ObservationSpace } from '@lamo/core';
import { type LastAction, type SequenceBatch, scaleActions } from '@lamo/models';
import type { HostArray, Program, Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Loaded } from '../../engine/algorithm';
import { type DatasetSpec, datasetSizes } from '../../kinds/dataset';
import {
  type ActionHead,
  describePolicy,
  isDiscrete,
  type PolicyDefinition,
  type PolicyParts,
  policyResult,
  type TrainedPolicy,
} from '../../kinds/policy';
import { exportPolicy } from '../../policy-file/export-policy';
import type { SequenceDescription } from '../../policy-file/policy-description';
import { CompiledActor } from '../compiled-actor';
import { readActions } from '../read-actions';
import type { SequenceConfig } from './sequence-config';
import { readWindows } from './sequence-data';
import { SequenceMemory, type WindowName } from './sequence-memory';
import type { SequenceState } from './sequence-state';

/** What chooses an action. Windows are scaled already, actions to between −1 and 1, or a column for each class. */
export interface SequenceActing<Config, Resources> {
  readonly parameters: SequenceState<tf.Tensor>['parameters'];
  readonly frozen: Tree<tf.Tensor>;
  readonly windows: SequenceBatch;
  readonly config: Config;
  readonly loaded: Resources;
  readonly spec: DatasetSpec;
}

/** Settings of {@link sequencePolicy}. */
export interface SequencePolicy<Config, Resources> {
  /**
   * Chooses the action of each window's last step, [B, A]; or where actions are classes, scores [B, n], of which the highest one
   * wins.
   */
  act(context: SequenceActing<Config, Resources>): tf.Tensor;
  /**
   * The same, and what goes into the last layer of the network.
   * @default nobody can ask
   */
  readonly look?: (context: SequenceActing<Config, Resources>) => LastAction;
  /** Tells whether tanh bounds what the last layer computes, for {@link look}. @default it does not */
  readonly isBounded?: (config: Config) => boolean;
}

/** What acting needs of a training state. It only rearranges leaves, so any kind will do. */
function select<Leaf>(state: Tree<Leaf>) {
  const { parameters, scaler, conditioning } = state as unknown as SequenceState<Leaf>;
  return { parameters, scaler, conditioning };
}

/**
 * Makes the policy of an algorithm that reads the last K steps and follows a target return: what is left of the target
 * after each reward is what it asks for next. With delayed rewards the target stays.
 *
 * The ONNX file has the inputs `observations` [B, K, O], `previousActions` [B, K, A], `returnsToGo` [B, K], all in raw units, `timesteps` and `mask` [B, K]
 * (1 = real, the newest step last, its action 0), and the output `actions` [B, A] of the newest step. Where actions are classes,
 * `previousActions` is [B, K, 1], `actions` [B, 1], and there are `scores` [B, n].
 */
export function sequencePolicy<Config extends SequenceConfig, Resources extends Loaded = Loaded>(
  definition: SequencePolicy<Config, Resources>,
): PolicyDefinition<Config, Resources, SequenceState<tf.Tensor>> {
  type Parts = PolicyParts<Config, Resources>;
  const actWith = (parts: Parts) => (part: Tree<tf.Tensor>, frozen: Tree<tf.Tensor>, inputs: Inputs) => {
    const [rows] = inputs.previousActions!.shape as [number];
    return readActions(definition.act(contextOf(parts, part, frozen, inputs)), rows, parts.spec);
  };
  const { look, isBounded = () => false } = definition;
  const head: ActionHead<Config, Resources> | undefined = look && {
    isBounded,
    select,
    program: (parts, part, batch) =>
      programOf(parts, part, batch, (part, frozen, inputs) => {
        const { hidden, actions } = look(contextOf(parts, part, frozen, inputs));
        return { hidden, outputs: actions };
      }),
  };
  return policyResult({
    ...(head && { head }),
    select: (state) => select<tf.Tensor>(state),
    create(device, parts) {
      const act = actWith(parts);
      const program = (part: Tree<HostArray>, batch: number) => programOf(parts, part, batch, act);
      return new ReturnConditionedPolicy(
        new CompiledActor({ device, select, program }, parts.state),
        parts.spec,
        parts.config,
        targetsOf(parts.config, select(parts.state)),
      );
    },
    exportOnnx(parts, batch) {
      const act = actWith(parts);
      const shapes = inputShapes(batch ?? 'batch', parts.spec, parts.config);
      const weights = { part: select(parts.state), frozen: parts.loaded.frozen ?? {} };
      const { scaler } = weights.part;
      const sequence = describeSequence(parts.config, weights.part);
      return exportPolicy({ ...parts, scaler, sequence }, weights, shapes, (weights, inputs) => {
        const { part, frozen } = weights as Record<'part' | 'frozen', Tree<tf.Tensor>>;
        return act(part, frozen, inputs);
      });
    },
  });
}

/** What is asked for where nobody says otherwise: what the settings say, else the best return of the data. */
function targetsOf({ targetReturns }: SequenceConfig, { conditioning }: Part): readonly number[] {
  return targetReturns.length === 0 ? [conditioning.bestReturn.data[0]!] : targetReturns;
}

type Part = ReturnType<typeof select<HostArray>>;

function describeSequence(config: SequenceConfig, part: Part): SequenceDescription {
  const { contextLength, maxTimesteps, rewards } = config;
  const returnScale = part.conditioning.returnScale.data[0]!;
  return { contextLength, maxTimesteps, rewards, targetReturns: [...targetsOf(config, part)], returnScale };
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** What a network is given: windows of what was seen and done, scaled as in training. */
function contextOf<Config, Resources extends Loaded>(
  { config, loaded, spec }: PolicyParts<Config, Resources>,
  part: Tree<tf.Tensor>,
  frozen: Tree<tf.Tensor>,
  inputs: Inputs,
): SequenceActing<Config, Resources> {
  const { parameters, scaler, conditioning } = select(part);
  const { previousActions, ...window } = inputs as Record<WindowName, tf.Tensor>;
  const returnsToGo = tf.div(window.returnsToGo, conditioning.returnScale);
  const actions = readPrevious(previousActions, spec);
  const windows = readWindows(scaler, { ...window, actions, returnsToGo });
  return { parameters, frozen, windows, config, loaded, spec };
}

/** A program on windows. */
function programOf<Config extends SequenceConfig, Resources extends Loaded>(
  { spec, config, loaded }: PolicyParts<Config, Resources>,
  part: Tree<HostArray>,
  batch: number,
  compute: (part: Tree<tf.Tensor>, frozen: Tree<tf.Tensor>, inputs: Inputs) => Record<string, tf.Tensor>,
): Program<'act'> {
  return {
    state: part,
    frozen: loaded.frozen ?? {},
    inputs: inputShapes(batch, spec, config),
    variants: {
      act: (part, inputs, _noise, frozen) => ({ outputs: compute(part, frozen, inputs) }),
    },
  };
}

/** Turns actions in raw units, [B, K, A] or classes [B, K, 1], into those of windows. */
function readPrevious(actions: tf.Tensor, spec: DatasetSpec): tf.Tensor {
  if (!isDiscrete(spec)) return scaleActions(spec.actionBounds ?? null, actions);
  return tf.oneHot(
    tf.cast(tf.squeeze(actions, [2]), 'int32') as tf.Tensor2D,
    spec.actionSize,
    1,
    0,
    'float32',
  );
}

function inputShapes<Batch extends number | 'batch'>(
  batch: Batch,
  spec: DatasetSpec,
  { contextLength }: SequenceConfig,
): Record<WindowName, readonly (number | Batch)[]> {
  const { observationSize, actionSize } = datasetSizes(spec);
  return {
    observations: [batch, contextLength, observationSize],
    previousActions: [batch, contextLength, actionSize],
    returnsToGo: [batch, contextLength],
    timesteps: [batch, contextLength],
    mask: [batch, contextLength],
  };
}

class ReturnConditionedPolicy implements TrainedPolicy {
  readonly observationSpace?: ObservationSpace;
  readonly actionBounds?: ActionBounds;
  readonly actionSpace?: ActionSpace;
  #memory: SequenceMemory;

  constructor(
    readonly actor: CompiledActor,
    readonly spec: DatasetSpec,
    readonly config: SequenceConfig,
    readonly targetReturns: readonly number[],
  ) {
    this.#memory = this.#remember(1);
    Object.assign(this, describePolicy(spec));
  }

  reset(batch: number, targetReturns?: ArrayLike<number>): void {
    this.#memory = this.#remember(batch, targetReturns);
  }

  #remember(batch: number, targetReturns?: ArrayLike<number>): SequenceMemory {
    const targets = targetReturns ?? new Float64Array(batch).fill(this.targetReturns[0]!);
    return new SequenceMemory(datasetSizes(this.spec), this.config, targets);
  }

  async act(observations: ColumnArray, previousRewards: Float32Array): Promise<Float32Array> {
    const memory = this.#memory;
    const executable = await this.actor.executable(memory.batch);
    memory.observe(observations, previousRewards);
    for (const [name, values] of Object.entries(memory.arrays)) executable.inputs[name]!.set(values);
    await executable.run('act');
    const actions = executable.outputs.act.actions!;
    memory.remember(actions);
    return actions;
  }

  load(state: Tree<HostArray>): Promise<void> {
    return this.actor.load(state);
  }

  dispose(): Promise<void> {
    return this.actor.dispose();
  }
}
