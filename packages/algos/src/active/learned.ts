import type { HostArray, Tree } from '@lamo/runtime';
import type { Demonstration } from './demonstration';

/** What lessons change: a model as it acts, and as it is without the first demonstrations, by which selections go. */
export interface Learned<Model extends Tree<HostArray> = Tree<HostArray>> {
  readonly tuned: Model;
  readonly selection: Model;
  readonly [key: string]: Tree<HostArray>;
}

/**
 * Gives the lesson of a round to both.
 *
 * @param teach takes a model as it is, what was shown, and the name of what it draws, to the model after the lesson
 */
export async function teachBoth<Model extends Tree<HostArray>>(
  learned: Learned<Model>,
  demonstrations: readonly Demonstration[],
  round: number,
  teach: (model: Model, shown: readonly Demonstration[], stream: string) => Promise<Model>,
): Promise<Learned<Model>> {
  const later = demonstrations.filter(({ isWarmStart }) => !isWarmStart);
  const tuned = await teach(learned.tuned, demonstrations, `tuned ${round}`);
  const selection = await teach(learned.selection, later, `selection ${round}`);
  return { tuned, selection };
}
