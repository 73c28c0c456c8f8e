import { type HostArray, hostArray, mapTree, sizeOf, type Tree, treeEntries } from '../tree';
import type { LoopProgram } from './program';

/**
 * A program whose state and inputs are those of several copies: each has an axis of them in front. Its steps are still those of one
 * copy; graphs are stacked after they were traced (`stackGraph`).
 */
export function stackProgram(program: LoopProgram, copies: readonly Tree<HostArray>[]): LoopProgram {
  const inputs = Object.entries(program.inputs).map(([name, shape]) => [name, [copies.length, ...shape]]);
  return { ...program, state: stackTrees(copies), inputs: Object.fromEntries(inputs) };
}

/** Trees of equal shapes as one, whose leaves have an axis of trees in front. */
export function stackTrees(trees: readonly Tree<HostArray>[]): Tree<HostArray> {
  const leaves = trees.map((tree) => new Map(treeEntries(tree)));
  return mapTree(trees[0]!, ({ shape }, path) => {
    const size = sizeOf(shape);
    const data = new Float32Array(trees.length * size);
    leaves.forEach((byPath, i) => {
      data.set(byPath.get(path)!.data, i * size);
    });
    return hostArray([trees.length, ...shape], data);
  });
}

/** One of the trees that {@link stackTrees} has put together, as numbers of its own. */
export function treeOfStack(stacked: Tree<HostArray>, index: number): Tree<HostArray> {
  return mapTree(stacked, ({ shape: [, ...shape], data }) => {
    const size = sizeOf(shape);
    return hostArray(shape, data.slice(index * size, (index + 1) * size));
  });
}
