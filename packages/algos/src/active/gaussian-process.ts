/**
 * AMF-GP: a Gaussian process over what the expert does, with one kernel for all components of actions. It learns by looking, without
 * gradients, and knows exactly what it does not know.
 *
 * Reference: Bagatella et al. 2025, Active Fine-Tuning of Multi-Task Policies, Section 4.2.
 */
import { LamoError, type Policy } from '@lamo/core';
import { solveLower } from './cholesky';
import { type ConditionedKernel, type ConditionedPoints, condition } from './condition';
import { type Demonstration, type LabelledRows, labelRows } from './demonstration';
import type { Kernel, Rows } from './kernel';
import type { ActiveLearner, Beliefs } from './learner';

/** Settings of {@link GaussianProcess}. */
export interface GaussianProcessOptions {
  /** How alike what is to be done is in two observations, which have their tasks in them. */
  readonly kernel: Kernel<Rows>;
  /** Variance of the expert’s actions around what it means to do. */
  readonly noise: number;
  /** What selections reduce. @default 'entropy', the paper’s */
  readonly criterion?: 'entropy' | 'variance';
  /** The part of observations that says the task. @default 'task' */
  readonly part?: string;
  /** What it has seen before the first round, at least one demonstration. It forgets none of them. */
  readonly pretrained: readonly Demonstration[];
}

/** A policy that acts as it expects the expert to, and knows how sure it is. */
export class GaussianProcess implements ActiveLearner<ConditionedPoints<Rows>> {
  readonly criterion: 'entropy' | 'variance';
  readonly believes = 'all';
  readonly part: string;
  #known: Knowledge;

  /** @throws LamoError `no-demonstrations`; `not-positive-definite` without noise, where a state comes twice */
  constructor(private readonly options: GaussianProcessOptions) {
    this.part = options.part ?? 'task';
    this.criterion = options.criterion ?? 'entropy';
    this.#known = study(options, this.part, options.pretrained);
  }

  async learn(demonstrations: readonly Demonstration[]): Promise<void> {
    this.#known = study(this.options, this.part, [...this.options.pretrained, ...demonstrations]);
  }

  async beliefs(judged: LabelledRows): Promise<Beliefs<ConditionedPoints<Rows>>> {
    const { belief, rows } = this.#known;
    const see = ({ observations }: LabelledRows) => belief.see(rows(observations));
    return {
      kernel: belief,
      noise: this.options.noise,
      judged: see(judged),
      look: async (looked) => see(looked),
    };
  }

  async logDensities({ observations, actions }: LabelledRows): Promise<Float64Array> {
    const { means, variances } = this.#known.predict(observations);
    return squaredErrors(means, actions).map((error, row) => {
      const variance = variances[row]! + this.options.noise;
      return -(means.length * Math.log(2 * Math.PI * variance) + error / variance) / 2;
    });
  }

  async losses({ observations, actions }: LabelledRows): Promise<Float64Array> {
    return squaredErrors(this.#known.predict(observations).means, actions);
  }

  policy(): Policy {
    return meanPolicy(this.#known);
  }
}

/** Conditions on everything that was shown. */
function study(
  { kernel, noise }: Pick<GaussianProcessOptions, 'kernel' | 'noise'>,
  part: string,
  demonstrations: readonly Demonstration[],
): Knowledge {
  if (demonstrations.length === 0) throw nothingSeen();
  const labelled = demonstrations.map((demonstration) => ({ demonstration, task: demonstration.task }));
  const seen = labelRows(labelled, part).rows;
  const { observationSize: width, actionSize } = demonstrations[0]!.dataset;
  const rows = (data: Float32Array): Rows => ({ width, data });
  const belief = condition(kernel, rows(seen.observations), noise);
  const n = seen.observations.length / width;
  const explained = Array.from({ length: actionSize }, (_, a) => {
    const column = Float64Array.from({ length: n }, (_, row) => seen.actions[row * actionSize + a]!);
    return solveLower(belief.lower, n, column);
  });
  const predict = (observations: Float32Array): Prediction => {
    const points = belief.see(rows(observations));
    return {
      means: explained.map((actions) => meansAt(points, actions)),
      variances: belief.variances(points),
    };
  };
  return { belief, rows, predict };
}

/** What it expects the expert to do: [A] columns of means [n], and their variance [n]. */
interface Prediction {
  readonly means: readonly Float64Array[];
  readonly variances: Float64Array;
}

/** What it knows after a lesson. */
interface Knowledge {
  readonly belief: ConditionedKernel<Rows>;
  /** Observations [n · O] as inputs of the kernel. */
  rows(observations: Float32Array): Rows;
  predict(observations: Float32Array): Prediction;
}

/** k(x, X) [k(X, X) + σ² I]⁻¹ a of n points: the product of what is explained of them and of the actions. */
function meansAt({ explained }: ConditionedPoints<Rows>, actions: Float64Array): Float64Array {
  const n = explained.length / actions.length;
  const means = new Float64Array(n);
  for (let row = 0; row < actions.length; row++)
    for (let i = 0; i < n; i++) means[i]! += explained[row * n + i]! * actions[row]!;
  return means;
}

/** Squared distances [n] between means, [A] columns, and actions [n, A]. */
function squaredErrors(means: readonly Float64Array[], actions: Float32Array): Float64Array {
  return means[0]!.map((_, row) =>
    means.reduce((sum, mean, a) => sum + (mean[row]! - actions[row * means.length + a]!) ** 2, 0),
  );
}

function meanPolicy({ predict }: Knowledge): Policy {
  return {
    reset() {},
    async act(observations) {
      const { means } = predict(Float32Array.from(observations));
      const actions = new Float32Array(means.length * means[0]!.length);
      for (const [a, mean] of means.entries())
        for (const [row, value] of mean.entries())
          actions[row * means.length + a] = Math.min(1, Math.max(-1, value));
      return actions;
    },
  };
}

function nothingSeen(): LamoError {
  return new LamoError({
    where: 'algos/active',
    code: 'no-demonstrations',
    problem: 'A Gaussian process begins with what it has seen, and has seen nothing',
    expected: 'at least one demonstration in `pretrained`',
    received: 'none',
  });
}
