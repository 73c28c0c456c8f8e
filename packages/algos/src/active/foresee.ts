import type { Task } from '@lamo/core';
import { type Demonstration, labelRows } from './demonstration';
import { logImportanceWeights, normaliseWeights } from './importance-weights';
import type { ActiveLearner, Belief } from './learner';
import { logLikelihoods } from './log-likelihoods';
import type { SelectTasksOptions, Targets } from './select-tasks';

/** A task, and how much it matters. */
export interface TargetTask {
  /** What a policy is told. */
  readonly task: Task;
  /** @default 1 */
  readonly weight?: number;
}

/** What a selection looks at. */
export interface Outlook {
  /** What could be asked for. */
  readonly candidates: readonly Task[];
  /** What the policy is judged on. */
  readonly targets: readonly TargetTask[];
  /** Demonstrations that say what there is to be seen: they stand for those that could come, and for those that the policy is judged on. */
  readonly examples: readonly Demonstration[];
  /**
   * Which demonstrations say what one of a task may look like: those of that very task, or all, by how likely they would be for it
   * (for tasks that are drawn from infinitely many).
   */
  readonly weighting: 'same-task' | 'likelihood';
  /** Rows of each demonstration that are looked at, at most; of many demonstrations fewer, where the policy is judged. */
  readonly frames: number;
  /** Demonstrations that stand for a task, at most: the likeliest, the latest of equally likely ones. */
  readonly trajectories: number;
}

/** Rows that policies are judged on at most, of all tasks together; each demonstration has one at least. */
const JUDGED_ROWS = 300;

/** A demonstration that stands for one of a task. */
interface StandIn {
  readonly demonstration: Demonstration;
  readonly weight: number;
}

/**
 * Says how demonstrations of every candidate may look, and where the policy is judged, as its learner sees it: the states of
 * demonstrations that there are, as if they were of those tasks (Bagatella et al. 2025, Appendix C).
 *
 * @throws LamoError what {@link logImportanceWeights} throws
 */
export async function foresee<Points>(
  learner: ActiveLearner<Points>,
  outlook: Outlook,
  belief: Belief = 'own',
): Promise<Pick<SelectTasksOptions<Points>, 'kernel' | 'noise' | 'candidates' | 'targets'>> {
  const { candidates, targets, frames } = outlook;
  const standIns = await findStandIns(learner, outlook);
  const label = (tasks: readonly Task[], most = Number.POSITIVE_INFINITY) => {
    const each = tasks.map((task) => standIns(task).map((standIn) => ({ ...standIn, task })));
    const labelled = each.flat();
    const rows = Math.max(1, Math.min(frames, Math.floor(most / labelled.length)));
    return { each, labelled, ...labelRows(labelled, learner.part, rows) };
  };
  const judging = label(
    targets.map(({ task }) => task),
    JUDGED_ROWS,
  );
  const { kernel, noise, judged, look } = await learner.beliefs(judging.rows, belief);
  const offered = label(candidates);
  const points = await look(offered.rows);
  let [row, next] = [0, 0];
  return {
    kernel,
    noise,
    candidates: offered.each.map((foreseen) =>
      foreseen.map(({ weight }) => {
        const start = row;
        row += offered.counts[next++]!;
        return { weight, points: kernel.slice(points, start, row) };
      }),
    ),
    targets: { points: judged, weights: weighRows(judging, targets) },
  };
}

/** Weights of the rows of targets; those of a demonstration share its own. */
function weighRows(
  {
    labelled,
    counts,
  }: { labelled: readonly (StandIn & { readonly task: Task })[]; counts: readonly number[] },
  targets: readonly TargetTask[],
): Targets<unknown>['weights'] {
  const weightOf = new Map(targets.map(({ task, weight = 1 }) => [task, weight]));
  return labelled.flatMap(({ task, weight }, i) =>
    Array<number>(counts[i]!).fill((weightOf.get(task)! * weight) / counts[i]!),
  );
}

/** Finds out which demonstrations stand for tasks, and with what weights: those of a task add up to 1. */
async function findStandIns<Points>(
  learner: ActiveLearner<Points>,
  { candidates, targets, examples, weighting, trajectories }: Outlook,
): Promise<(task: Task) => readonly StandIn[]> {
  if (weighting === 'same-task') {
    return (task) => {
      const own = examples.filter((example) => isSameTask(example.task, task)).slice(-trajectories);
      return own.map((demonstration) => ({ demonstration, weight: 1 / own.length }));
    };
  }
  const tasks = uniqueTasks([
    ...examples.map(({ task }) => task),
    ...targets.map(({ task }) => task),
    ...candidates,
  ]);
  const counts = tasks.map((task) => examples.filter((example) => isSameTask(example.task, task)).length);
  const logs = logImportanceWeights(await logLikelihoods(learner, examples, tasks), counts);
  return (task) => {
    const column = tasks.findIndex((other) => isSameTask(other, task));
    const weighed = examples.map((demonstration, i) => ({
      demonstration,
      log: logs[i * tasks.length + column]!,
    }));
    const likeliest = weighed
      .toReversed()
      .sort((a, b) => b.log - a.log)
      .slice(0, trajectories);
    const weights = normaliseWeights(likeliest.map(({ log }) => log));
    return likeliest.map(({ demonstration }, i) => ({ demonstration, weight: weights[i]! }));
  };
}

/** Whether policies are told the same. */
export function isSameTask(a: Task, b: Task): boolean {
  return a.code.length === b.code.length && a.code.every((value, i) => value === b.code[i]);
}

/** Leaves out what a policy would be told twice. */
export function uniqueTasks(tasks: readonly Task[]): Task[] {
  return tasks.filter((task, i) => tasks.findIndex((other) => isSameTask(other, task)) === i);
}
