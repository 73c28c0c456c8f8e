import {
  ActiveFineTuning,
  type Demonstration,
  findSelectionRule,
  GaussianProcess,
  radialKernel,
  readDemonstrations,
} from '@lamo/algos';
import { Rng, type Task } from '@lamo/core';
import { demonstrate, evaluateTasks, findTaskSet, mean } from '@lamo/eval';

/** Ways to choose, by the name in the table. */
export const RULES = {
  'AMF-GP': { rule: 'amf', drawn: true },
  'AMF-GP, variances': { rule: 'amf', drawn: true, criterion: 'variance' },
  'largest variance': { rule: 'largest-variance', drawn: true },
  'uniform over the 12': { rule: 'uniform', drawn: false },
  'uniform over the circle': { rule: 'uniform', drawn: true },
  'round-robin': { rule: 'round-robin', drawn: false },
  'fewest demonstrations (told)': { rule: 'fewest-demonstrations', drawn: false },
} as const satisfies Record<string, { rule: string; drawn: boolean; criterion?: 'variance' }>;

/** A name of {@link RULES}. */
export type RuleName = keyof typeof RULES;

/** Spec A-1: 12 demonstrations of these many directions, then 20 more; 60 candidates. */
export const STUDY = {
  pretrained: 12,
  rounds: 20,
  candidates: 60,
  trajectories: 5,
  lengths: 0.5,
  noise: 0.05 ** 2,
} as const;

/** One run. */
export interface IntegratorRun {
  readonly rule: RuleName;
  /** Directions of 12 that the policy had seen before. */
  readonly directions: number;
  readonly seed: number;
  /** Mean return over the 12 directions after 0, 1, … rounds. */
  readonly returns: readonly number[];
}

const set = findTaskSet('integrator');

/** Fine-tunes one policy from one demonstration to the next. */
export async function runIntegrator(
  name: RuleName,
  directions: number,
  seed: number,
): Promise<IntegratorRun> {
  const { rule, drawn, ...rest } = RULES[name];
  const seen = seenBefore(directions);
  const pretrained = await showAll(seen, seed);
  const kernel = radialKernel({ lengths: STUDY.lengths });
  const learner = new GaussianProcess({ kernel, noise: STUDY.noise, part: set.part, pretrained, ...rest });
  const tuning = new ActiveFineTuning({
    learner,
    targets: set.tasks.map((task) => ({ task })),
    ...(drawn && { candidates: { count: STUDY.candidates, draw: (rng: Rng) => set.draw!(rng) } }),
    rule: findSelectionRule(rule),
    earlier: pretrained,
    pretrained: set.tasks.map((task) => seen.filter((other) => other === task).length),
    warmStart: 0,
    weighting: 'likelihood',
    frames: 5,
    trajectories: STUDY.trajectories,
    seed,
  });
  const judge = async () => {
    const results = await evaluateTasks(learner.policy(), set, { episodes: 1, seed });
    return Number(mean(results.map(({ returns }) => returns[0]!)).toFixed(4));
  };
  const returns = [await judge()];
  for (let round = 0; round < STUDY.rounds; round++) {
    const { tasks } = await tuning.ask();
    await tuning.tell([await demonstrate(set, tasks[0]!, tuning.requestFor(round))]);
    returns.push(await judge());
  }
  return { rule: name, directions, seed, returns };
}

/** Directions that are next to one another, in turn, 12 in all. */
function seenBefore(directions: number): readonly Task[] {
  return Array.from({ length: STUDY.pretrained }, (_, i) => set.tasks[i % directions]!);
}

async function showAll(tasks: readonly Task[], seed: number): Promise<Demonstration[]> {
  const rng = Rng.fromSeed(seed).split('before');
  const shown: Demonstration[] = [];
  for (const task of tasks)
    shown.push(...readDemonstrations(await demonstrate(set, task, { seed: rng.uint32() }), task, set.part));
  return shown;
}
