import { type HostArray, mapTree, type Tree, treeEntries } from '@lamo/runtime';
import { expect } from 'vitest';

/** Numbers in double precision. */
export interface PlainArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Layers by position, as in `Mlp`. */
export type PlainNetwork = Readonly<Record<string, Readonly<Record<string, PlainArray>>>>;

/** Copies a tree to double precision. */
export const toPlain = <T>(tree: Tree<HostArray>): T =>
  mapTree(tree, ({ shape, data }): PlainArray => ({ shape, data: Float64Array.from(data) })) as T;

/** Numbers of all leaves, in order. */
export const numbersOf = (tree: object): number[] =>
  treeEntries(tree as Tree<PlainArray>).flatMap(([, { data }]) => [...data]);

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]) => sum(values) / values.length;

/** Σ (x − y)² */
export const squaredDistance = (x: readonly number[], y: readonly number[]) =>
  sum(x.map((value, i) => (value - y[i]!) ** 2));

/** −log of the share that each logit has of all: how unlikely the chosen class is. */
export function plainCrossEntropy(logits: readonly number[], chosen: number): number {
  return Math.log(sum(logits.map(Math.exp))) - logits[chosen]!;
}

/** A row of an array with `size` columns. */
export const row = (values: readonly number[], i: number, size = 2) => values.slice(i * size, (i + 1) * size);

/** A perceptron on one input, the n-th of those whose weights lie side by side. */
export function forward(network: PlainNetwork, input: readonly number[], n = 0): number[] {
  const layers = Object.values(network);
  return layers.reduce<number[]>(
    (x, layer, depth) => {
      const [inputs, outputs] = layer.weight!.shape.slice(-2) as [number, number];
      const own = (leaf: PlainArray) => [...leaf.data.slice(n * outputs, (n + 1) * outputs)];
      const bias = own(layer.bias!);
      const y = bias.map(
        (b, o) => b + sum(x.map((v, i) => v * layer.weight!.data[(n * inputs + i) * outputs + o]!)),
      );
      if (depth === layers.length - 1) return y;
      const { scaleBefore, shiftBefore, scale, shift } = layer;
      const raw = scaleBefore === undefined ? y : normalise(y, own(scaleBefore), own(shiftBefore!));
      const hidden = raw.map((value) => Math.max(0, value));
      return scale === undefined ? hidden : normalise(hidden, own(scale), own(shift!));
    },
    [...input],
  );
}

/** Q(s, a) of critics whose weights lie side by side, one after the other. */
export function valuesOf(
  critics: PlainNetwork,
  observation: readonly number[],
  action: readonly number[],
): number[] {
  const [count] = critics[0]!.weight!.shape as [number];
  return Array.from({ length: count }, (_, n) => forward(critics, [...observation, ...action], n)[0]!);
}

function normalise(x: readonly number[], scale: readonly number[], shift: readonly number[]): number[] {
  const centre = mean(x);
  const deviation = Math.sqrt(mean(x.map((value) => (value - centre) ** 2)) + 1e-6);
  return x.map((value, i) => ((value - centre) / deviation) * scale[i]! + shift[i]!);
}

/** Central differences of a loss along every number of a tree, which the loss reads. */
export function slopes(tree: object, loss: () => number): number[] {
  return treeEntries(tree as Tree<PlainArray>).flatMap(([, { data }]) =>
    Array.from(data, (value, i) => {
      const [above, below] = [1e-6, -1e-6].map((step) => {
        data[i] = value + step;
        return loss();
      });
      data[i] = value;
      return (above! - below!) / 2e-6;
    }),
  );
}

/** Adam's state and parameters before and after its first step. */
interface FirstStep {
  readonly before: object;
  readonly after: object;
  readonly optimizer: { readonly first: PlainArray };
  readonly learningRate: number;
}

/** Expects that Adam's first step was given the slopes of a loss, and took it at its learning rate. */
export function expectDescent(
  { before, after, optimizer, learningRate }: FirstStep,
  loss: () => number,
): void {
  const expected = slopes(before, loss);
  const gradient = [...optimizer.first.data];
  // Float32 sums of a few dozen terms, against differences that are good to nine digits.
  expect(gradient).toBeAllClose(expected, { relative: 1e-4, absolute: 1e-6 });
  const moved = numbersOf(before).map(
    (value, i) => value - (learningRate * gradient[i]!) / (Math.abs(gradient[i]!) + 1e-8),
  );
  // Float32 parameters of about 1.
  expect(numbersOf(after)).toBeAllClose(moved, { absolute: 1e-6 });
}

/** Expects that targets moved a tenth of the way towards the online networks, as the tests' settings have it. */
export function expectTargetsFollow(before: object, after: object, online: object): void {
  const to = numbersOf(online);
  const expected = numbersOf(before).map((old, i) => 0.9 * old + 0.1 * to[i]!);
  expect(numbersOf(after)).toBeAllClose(expected, { absolute: 1e-7 }); // float32 rounding
}
