import { LamoError, type Task } from '@lamo/core';
import { type LabelledRows, labelRows } from '../demonstration';
import { foresee, isSameTask } from '../foresee';
import { highest, type RuleContext, type SelectionRule } from './rule';

type Shown<Points> = Pick<RuleContext<Points>, 'examples' | 'learner' | 'frames'>;

/** The rows of what was shown of tasks, as they are. */
function ownRows<Points>({ examples, learner, frames }: Shown<Points>, tasks: readonly Task[]): LabelledRows {
  const shown = examples.filter(({ task }) => tasks.some((other) => isSameTask(task, other)));
  return labelRows(
    shown.map((demonstration) => ({ demonstration, task: demonstration.task })),
    learner.part,
    frames,
  ).rows;
}

/** Means over what was shown of each task; none where nothing was. */
async function meansOf<Points>(
  context: Shown<Points>,
  tasks: readonly Task[],
  valuesOf: (rows: LabelledRows) => Promise<Float64Array>,
): Promise<(number | undefined)[]> {
  const means: (number | undefined)[] = [];
  for (const task of tasks) {
    const rows = ownRows(context, [task]);
    const values = rows.observations.length === 0 ? new Float64Array(0) : await valuesOf(rows);
    means.push(
      values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length,
    );
  }
  return means;
}

/** Mean losses of tasks in what was shown of each; none where nothing was. */
export function taskLosses<Points>(
  context: Shown<Points>,
  tasks: readonly Task[],
): Promise<(number | undefined)[]> {
  return meansOf(context, tasks, (rows) => context.learner.losses(rows));
}

/** Makes a rule that goes by a number of each candidate alone. Those that nobody has shown yet come first. */
function ownRule(
  named: Pick<SelectionRule, 'name' | 'description' | 'unit'>,
  valuesOf: <Points>(context: RuleContext<Points>) => Promise<readonly (number | undefined)[]>,
): SelectionRule {
  return {
    ...named,
    needsDemonstrations: true,
    async choose(context) {
      const values = await valuesOf(context);
      return highest(
        values.map((value) => value ?? Number.POSITIVE_INFINITY),
        context.count,
      );
    },
  };
}

/** The control that the paper leaves out: ask where the policy is wrong. */
export const highestLoss = ownRule(
  {
    name: 'highest-loss',
    description: 'asks for the task at which the policy is farthest from the expert',
    unit: 'mean loss',
  },
  (context) => taskLosses(context, context.candidates),
);

/** Plain uncertainty: what is not known of one task is not held against whether it matters. */
export const largestVariance: SelectionRule = {
  name: 'largest-variance',
  description: 'asks for the task of which least is known, whether or not that matters',
  unit: 'mean variance',
  needsDemonstrations: true,
  async choose(context) {
    const { kernel, candidates } = await foresee(context.learner, context);
    const values = candidates.map((foreseen) =>
      foreseen.reduce((sum, { weight, points }) => sum + weight * meanOf(kernel.variances(points)), 0),
    );
    return highest(values, context.count);
  },
};

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Bagatella et al. 2025, Section 5: test-time dropout. */
export const dropout = ownRule(
  {
    name: 'dropout',
    description: 'asks for the task at which leaving hidden units out changes the policy most',
    unit: 'mean variance',
  },
  async (context) => {
    const { learner, candidates } = context;
    if (learner.dropoutVariances === undefined) throw noDropout();
    return meansOf(context, candidates, (rows) => learner.dropoutVariances!(rows));
  },
);

function noDropout(): LamoError {
  return new LamoError({
    where: 'algos/active',
    code: 'not-capable',
    problem: 'The rule dropout leaves hidden units out, and this policy has none',
    expected: 'a policy that is a network',
    received: 'another one',
    hint: 'Choose another rule: largest-variance asks this policy what it does not know.',
  });
}
