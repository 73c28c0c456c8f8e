import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { condition } from './condition';
import type { Rows } from './kernel';
import { radialKernel } from './radial-kernel';
import { type SelectTasksOptions, selectTasks } from './select-tasks';

const rng = Rng.fromSeed(3);
const rows = (...data: number[]): Rows => ({ width: 1, data: Float64Array.from(data) });
const kernel = radialKernel({ lengths: 1 });
const draw = (n: number) => rows(...Array.from({ length: n }, () => rng.uniform(-4, 4)));
const foreseen = (points: Rows) => [{ weight: 1, points }];
const problem: SelectTasksOptions<Rows> = {
  kernel,
  noise: 0.05,
  candidates: Array.from({ length: 5 }, () => foreseen(draw(3))),
  targets: { points: draw(7), weights: [1, 2, 1, 0.5, 3, 1, 1] },
  criterion: 'entropy',
};

/** What is left at the targets after these points were shown, by the definition. */
function left(
  { targets, criterion }: SelectTasksOptions<Rows>,
  shown: readonly Rows[],
  noise = 0.05,
  base = kernel,
) {
  const known = condition(base, rows(...shown.flatMap(({ data }) => [...data])), noise);
  const variances = known.variances(known.see(targets.points));
  return targets.weights.reduce(
    (sum, weight, i) =>
      sum + weight * (criterion === 'entropy' ? Math.log(variances[i]!) / 2 : variances[i]!),
    0,
  );
}

describe('selecting tasks', () => {
  for (const criterion of ['entropy', 'variance'] as const) {
    it(`chooses a batch as trying all of them does, one after the other: least ${criterion} is left`, () => {
      const options = { ...problem, criterion };
      const chosen = selectTasks({ ...options, count: 3 }).map(({ candidate }) => candidate);
      const shown: Rows[] = [];
      for (const candidate of chosen) {
        const tried = problem.candidates.map(([{ points } = { points: rows() }]) =>
          left(options, [...shown, points]),
        );
        expect(candidate).toBe(tried.indexOf(Math.min(...tried)));
        shown.push(problem.candidates[candidate]![0]!.points);
      }
      expect(new Set(chosen).size).toBeGreaterThan(1);
    });
  }

  it('says what each task would take away', () => {
    const [{ gains } = { gains: [] }] = selectTasks(problem);
    const weights = problem.targets.weights.reduce((sum, weight) => sum + weight, 0);
    for (const [i, [{ points } = { points: rows() }]] of problem.candidates.entries())
      expect(gains[i]).toBeCloseTo((left(problem, []) - left(problem, [points])) / weights, 10);
  });

  it('expects over how a demonstration may look', () => {
    const [near, far] = [rows(0.1), rows(30)];
    const targets = { points: rows(0), weights: [1] };
    const gainOf = (weight: number) =>
      selectTasks({
        ...problem,
        targets,
        candidates: [
          [
            { weight, points: near },
            { weight: 1 - weight, points: far },
          ],
        ],
      })[0]!.gains[0]!;
    expect(gainOf(0.25)).toBeCloseTo(0.25 * gainOf(1), 10);
    expect(gainOf(0)).toBeCloseTo(0, 10);
  });

  it('is not drawn to what is uncertain but matters to nobody', () => {
    // The second task is far from all targets, and nothing is known of it; the first is half known.
    const seen = condition(kernel, rows(0.8), 0.05);
    const [{ candidate } = { candidate: -1 }] = selectTasks({
      kernel: seen,
      noise: 0.05,
      candidates: [rows(0), rows(20)]
        .map((points) => foreseen(points))
        .map((all) => all.map(({ weight, points }) => ({ weight, points: seen.see(points) }))),
      targets: { points: seen.see(rows(0.1, 0.2)), weights: [1, 1] },
      criterion: 'variance',
    });
    expect(candidate).toBe(0);
  });

  it('chooses the same whatever the scale of the kernel, if noise has the same', () => {
    const scaled = {
      ...problem,
      kernel: radialKernel({ lengths: 1, variance: 1e4 }),
      noise: 0.05 * 1e4,
      count: 3,
    };
    const candidates = (options: SelectTasksOptions<Rows>) =>
      selectTasks(options).map(({ candidate }) => candidate);
    expect(candidates(scaled)).toEqual(candidates({ ...problem, count: 3 }));
  });

  it('goes by entropies as by variances where all targets lose the same', () => {
    // Each task is of one state, as far from each of the two targets as from the other.
    const candidates = [0.4, 0.1, 0.8].map((at) => foreseen({ width: 2, data: Float64Array.of(0, at) }));
    const targets = { points: { width: 2, data: Float64Array.of(-1, 0, 1, 0) }, weights: [1, 1] };
    const orders = (['entropy', 'variance'] as const).map((criterion) => {
      const { gains } = selectTasks({ ...problem, criterion, candidates, targets })[0]!;
      return gains.map((_, i) => i).sort((a, b) => gains[b]! - gains[a]!);
    });
    expect(orders).toEqual([
      [1, 0, 2],
      [1, 0, 2],
    ]);
  });

  it('refuses to choose among nothing, for nothing, or without an idea of how a task looks', () => {
    expect(() => selectTasks({ ...problem, candidates: [] })).toThrow(/No task can be asked for/);
    expect(() => selectTasks({ ...problem, candidates: [foreseen(rows(1)), []] })).toThrow(/task 1 may look/);
    expect(() => selectTasks({ ...problem, targets: { points: rows(), weights: [] } })).toThrow(
      /no states to be good at/,
    );
    expect(() => selectTasks({ ...problem, count: 0 })).toThrow(/count/);
    const weighed = (...weights: number[]) => ({ ...problem, targets: { points: rows(1, 2), weights } });
    expect(() => selectTasks(weighed(0, 0))).toThrow(/above 0.*only 0/s);
    expect(() => selectTasks(weighed(1, Number.NaN))).toThrow(/at least 0.*NaN at 1/s);
  });
});
