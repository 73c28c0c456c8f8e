import { foresee, type TargetTask } from '../foresee';
import type { Belief } from '../learner';
import { selectTasks } from '../select-tasks';
import { taskLosses } from './own-values';
import type { RuleContext, SelectionRule } from './rule';

/** Makes a rule that asks for what teaches most about the expert where the policy is judged. */
function informationRule(
  named: Pick<SelectionRule, 'name' | 'description'>,
  belief: Belief,
  weigh = async <Points>({ targets }: RuleContext<Points>): Promise<readonly TargetTask[]> => targets,
): SelectionRule {
  return {
    ...named,
    unit: 'what a demonstration takes away of what is unknown where the policy is judged',
    needsDemonstrations: true,
    async choose(context) {
      const { learner, count } = context;
      const outlook = await foresee(learner, { ...context, targets: await weigh(context) }, belief);
      const selected = selectTasks({ ...outlook, criterion: learner.criterion, count });
      return { candidates: selected.map(({ candidate }) => candidate), values: selected[0]!.gains };
    },
  };
}

/** Bagatella et al. 2025, Section 4. */
export const amf = informationRule(
  { name: 'amf', description: 'asks for what teaches most about the expert where the policy is judged' },
  'own',
);

/** Bagatella et al. 2025, Section 5: its ablation of what uncertainty is. */
export const lastLayer = informationRule(
  { name: 'last-layer', description: 'as amf, but only knows how alike states are to the last layer' },
  'features',
);

/** Ours: information about tasks that the policy is far from counts for more. */
export const amfDifficulty = informationRule(
  {
    name: 'amf-difficulty',
    description: 'as amf, with each task weighed by how far the policy is from the expert',
  },
  'own',
  async (context) => {
    const { targets } = context;
    const losses = await taskLosses(
      context,
      targets.map(({ task }) => task),
    );
    // A task that nobody has shown yet has no loss, and no rows either.
    return targets.map(({ task, weight = 1 }, i) => ({ task, weight: weight * (losses[i] ?? 0) }));
  },
);
