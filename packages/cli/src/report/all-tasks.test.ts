import { findAlgorithm, parseConfig } from '@lamo/algos';
import { interquartileMean, mean, referenceReturns } from '@lamo/eval';
import { describe, expect, it } from 'vitest';
import { evaluationRecord, runRecord } from '../../test/run-record';
import { type AllTasksResult, compareOverTasks, summarise } from './all-tasks';
import { allTasksSection } from './all-tasks-section';
import { scoreTables } from './results';
import { groupRuns } from './run-group';
import type { RunRecord } from './run-record';

const UMAZE = 'maze2d-umaze-v1';
const MEDIUM = 'maze2d-medium-v1';

/** A run whose two episodes have this mean score. */
function run(algorithm: string, environment: string, score: number, seed = 0, config = {}): RunRecord {
  const { random, expert } = referenceReturns(environment);
  const returns = [score - 7, score + 7].map((value) => random + (value / 100) * (expert - random));
  return runRecord({
    path: `${algorithm} ${environment} ${seed}`,
    manifest: {
      ...{ algorithm, seed },
      config: parseConfig(findAlgorithm(algorithm), config),
      dataset: { name: environment, path: '/nowhere', hash: environment, rows: 10, meanReturn: null },
    },
    evaluations: [evaluationRecord(returns, { environment })],
  });
}

const runs = (algorithm: string, environment: string, scores: readonly number[], config = {}) =>
  scores.map((score, seed) => run(algorithm, environment, score, seed, config));

function compare(records: readonly RunRecord[]) {
  const groups = groupRuns(records);
  return compareOverTasks(
    groups,
    scoreTables(groups).filter(({ origin }) => origin === 'training'),
  );
}
const section = (records: readonly RunRecord[]) => allTasksSection(compare(records)!, 'training').markup;

/** Every sample of as many values as there are, with replacement. */
function samples(values: readonly number[], length = values.length): number[][] {
  if (length === 0) return [[]];
  return samples(values, length - 1).flatMap((rest) => values.map((value) => [...rest, value]));
}

/** The smallest value that at least this share of all values does not exceed. */
function exactQuantile(values: readonly number[], share: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.ceil(share * ascending.length) - 1]!;
}

describe('over all tasks', () => {
  it('each task is resampled within itself: mean and IQM, each with its own interval', () => {
    // Of 0 and 100 two draws have mean 0, 50, 50 or 100; of 50 and 50 always 50. So the mean of all is 25 or 75 a quarter of the
    // time each, and no tail of 2.5 % reaches further in. Pooled, the interval would be 12.5 to 87.5.
    const {
      mean: average,
      interquartileMean: iqm,
      optimalityGap: gap,
    } = summarise([
      [0, 100],
      [50, 50],
    ]);
    expect(average).toEqual({ value: 50, interval: { low: 25, high: 75 } });
    expect(iqm).toEqual({ value: 50, interval: { low: 25, high: 75 } });
    // What is missing to 100, as no score is above.
    expect(gap).toEqual({ value: 50, interval: { low: 25, high: 75 } });
  });

  it('intervals are those of all resamples, listed one by one', () => {
    const strata = [
      [0, 8, 61],
      [20, 23, 90],
    ];
    const both = samples(strata[0]!).flatMap((a) => samples(strata[1]!).map((b) => [...a, ...b]));
    expect(both).toHaveLength(27 * 27);
    // Sorted 0, 8, 20, 23, 61, 90: without one at each end (8 + 20 + 23 + 61) / 4 = 28; all six are 202 / 6.
    const result = summarise(strata);
    expect(result.interquartileMean.value).toBe(28);
    expect(result.mean.value).toBeCloseTo(202 / 6, 12);
    for (const [{ interval }, statistic] of [
      [result.mean, mean],
      [result.interquartileMean, interquartileMean],
    ] as const) {
      const all = both.map((values) => statistic(values));
      // Of 2000 draws the share below a quantile of 2.5 % errs by 0.35 %: between 1.5 and 3.5 % is three of that to each side.
      expect(interval!.low).toBeGreaterThanOrEqual(exactQuantile(all, 0.015));
      expect(interval!.low).toBeLessThanOrEqual(exactQuantile(all, 0.035));
      expect(interval!.high).toBeGreaterThanOrEqual(exactQuantile(all, 0.965));
      expect(interval!.high).toBeLessThanOrEqual(exactQuantile(all, 0.985));
    }
  });

  it('a value is what a run reaches, not an episode, on D4RL’s scale', () => {
    const records = [...runs('bc', UMAZE, [0, 100]), ...runs('bc', MEDIUM, [50, 50])];
    const [result] = compare(records)!.results;
    expect(result!.mean.value).toBeCloseTo(50, 9); // rounding of scores and back
    expect([result!.mean.interval!.low, result!.mean.interval!.high]).toBeAllClose([25, 75], {
      absolute: 1e-9,
    });
    expect(section(records)).toMatch(/>BC<.*mean score">50\.0<span class="range">25\.0 to 75\.0</s);
  });

  it('the mean of the last evaluations and the best have columns of their own, over all tasks', () => {
    const earlier = (records: readonly RunRecord[], score: number) =>
      records.map((record) => {
        const [before] = run('bc', record.evaluations[0]!.environment, score).evaluations;
        return { ...record, evaluations: [{ ...before!, step: 190 }, ...record.evaluations] };
      });
    const records = [
      ...earlier(runs('bc', UMAZE, [20, 40]), 60),
      ...earlier(runs('bc', MEDIUM, [0, 20]), 10),
    ];
    const [{ mean: last, meanOfLast, best }] = compare(records)!.results as [AllTasksResult];
    // Runs: last 20, 40, 0, 20; with the evaluation before 40, 50, 5, 15; the higher of both 60, 60, 10, 20.
    expect([last.value, meanOfLast.value, best]).toBeAllClose([20, 27.5, 37.5], { absolute: 1e-9 });
    expect(section(records)).toMatch(
      /three ways.*">20\.0<.*">27\.5<.*; 2 evaluations<.*">37\.5<.*of 2 evaluations</s,
    );
    expect(section([...runs('bc', UMAZE, [1]), ...runs('bc', MEDIUM, [1])])).not.toContain('three ways');
  });

  it('profiles and pairs of algorithms are drawn and listed where each task has several runs, and say how to read them', () => {
    const records = [
      ...[...runs('bc', UMAZE, [20, 40]), ...runs('bc', MEDIUM, [0, 20])],
      ...[...runs('dt', UMAZE, [10, 30]), ...runs('dt', MEDIUM, [-20, 10])],
    ];
    const markup = section(records);
    expect(markup).toContain('aria-label="Share of runs that scored above each score"');
    expect(markup).toContain('>−20<'); // the axis begins at the lowest score
    expect(markup).toContain('Higher is better: where one line lies above another');
    // 20 beats 10 and 40 both: 3 of 4; 0 beats −20 and 20 both: 3 of 4.
    expect(markup).toMatch(/>BC over DT<\/th>\s*<td[^>]*>75 %</);
    expect(markup).toContain('50 % means that neither is better');
    expect(markup).not.toContain('DT over BC');
  });

  it('one run on a task leaves no profile and no pairs', () => {
    const markup = section([
      ...[...runs('bc', UMAZE, [20, 40]), ...runs('bc', MEDIUM, [0])],
      ...[...runs('dt', UMAZE, [10, 30]), ...runs('dt', MEDIUM, [-20, 10])],
    ]);
    expect(markup.match(/<figure>/g)).toHaveLength(1); // of DT alone
    expect(markup).not.toContain('over DT');
  });

  it('there is no interval where a task has one run', () => {
    const records = [...runs('bc', UMAZE, [0, 100]), ...runs('bc', MEDIUM, [50])];
    const [result] = compare(records)!.results;
    expect(result).toMatchObject({ mean: { interval: null }, optimalityGap: { interval: null } });
    expect(section(records)).toContain('There is no interval (–) if a task has only one run');
    expect(section(records)).toContain('If tasks have different numbers of runs');
  });

  it('one task is none to sum up', () => {
    expect(compare([...runs('bc', UMAZE, [1, 2]), ...runs('dt', UMAZE, [3])])).toBeUndefined();
  });

  it('runs of one choice of settings that were to take other numbers of steps are compared apart', () => {
    const records = [UMAZE, MEDIUM].flatMap((environment) => {
      const [short, long] = runs('bc', environment, [20, 40]) as [RunRecord, RunRecord];
      return [
        short,
        { ...long, path: `${long.path} long`, manifest: { ...long.manifest, seed: 0, steps: 7 } },
      ];
    });
    const { results } = compare(records)!;
    expect(results.map(({ mean: { value } }) => Math.round(value))).toEqual([40, 20]);
    expect(new Set(results.map(({ label }) => label)).size).toBe(2);
  });

  it('data that differ make two tasks of one environment', () => {
    const other = run('bc', UMAZE, 10);
    const manifest = {
      ...other.manifest,
      dataset: { ...other.manifest.dataset!, hash: 'other', name: 'more' },
    };
    const comparison = compare([run('bc', UMAZE, 30), { ...other, manifest }])!;
    expect(comparison.tasks.map(({ dataset }) => dataset)).toEqual([UMAZE, 'more']);
    expect(comparison.results[0]!.mean.value).toBeCloseTo(20, 9);
  });

  it('algorithms that lack a task are left out, and named', () => {
    const records = [...runs('bc', UMAZE, [1, 2]), ...runs('bc', MEDIUM, [3, 4]), ...runs('dt', UMAZE, [9])];
    expect(compare(records)!.results.map(({ label }) => label)).toEqual(['BC']);
    expect(section(records)).toContain('Left out, because not evaluated on all 2 tasks: DT on 1.');
    const apart = [...runs('bc', UMAZE, [1]), ...runs('dt', MEDIUM, [9])];
    expect(section(apart)).not.toContain('<table');
    expect(section(apart)).toContain('nothing was evaluated on all 2: BC on 1 and DT on 1.');
  });

  describe('what it does not compare like with like is said', () => {
    const onBoth = (...scores: number[]) => [UMAZE, MEDIUM].flatMap((id) => runs('bc', id, scores));
    const atStep = (step: number, records: readonly RunRecord[]) =>
      records.map((record) => ({
        ...record,
        evaluations: record.evaluations.map((evaluation) => ({ ...evaluation, step })),
      }));

    it('steps, where they differ between policies or between tasks', () => {
      const { results } = compare(atStep(20_000, onBoth(1, 2)))!;
      expect(results[0]!.parts.map(({ step }) => step)).toEqual([20_000, 20_000]);
      expect(section(atStep(20_000, onBoth(1, 2)))).not.toContain('same number of steps');
      const dt = [UMAZE, MEDIUM].flatMap((id) => runs('dt', id, [9, 9]));
      const policies = section([...atStep(20_000, onBoth(1, 2)), ...atStep(5000, dt)]);
      expect(policies).toMatch(/same number of steps: DT at 5,000; BC at 20,000 \(/);
      expect(policies).toContain('data-label="steps">20,000<');
      const tasks = [...atStep(300, runs('bc', UMAZE, [1])), ...atStep(400, runs('bc', MEDIUM, [1]))];
      expect(section(tasks)).toContain('same number of steps: BC at 300, 400 (');
    });

    it('seeds that were evaluated at other steps, or not at all', () => {
      const [first, second, third] = runs('bc', UMAZE, [1, 2, 3]) as [RunRecord, RunRecord, RunRecord];
      const whole = runs('bc', MEDIUM, [1, 2, 3]);
      const apart = [first, ...atStep(100, [second]), ...atStep(150, [third]), ...whole];
      expect(compare(apart)!.results[0]!.parts[0]).toMatchObject({ step: 200, seeds: 1, evaluatedSeeds: 3 });
      expect(section(apart)).toContain('data-label="runs on each task">1 of 3, 3<');
      expect(section(apart)).toMatch(
        /Of BC \(maze2d-umaze-v1\) in maze2d-umaze-v1 1 of 3 evaluated seeds count/,
      );
      const silent = [first, ...[second, third].map((run) => ({ ...run, evaluations: [] })), ...whole];
      expect(section(silent)).toContain('in maze2d-umaze-v1 1 of 3 seeds were evaluated.');
    });

    it('settings, where those of an algorithm differ from dataset to dataset', () => {
      const presets = [...runs('bc', UMAZE, [1], { batchSize: 32 }), ...runs('bc', MEDIUM, [3])];
      expect(section(presets)).toContain(
        `BC has different settings for different datasets: batch size 32 on ${UMAZE}; the defaults on ${MEDIUM}.`,
      );
      expect(section(onBoth(1))).not.toContain('other settings');
    });
  });

  it('no two policies have one label, even if their settings read the same', () => {
    const choices = [[5], '5'].flatMap((alpha) =>
      [UMAZE, MEDIUM].map((id) => {
        const record = run('td3-bc', id, 1);
        return {
          ...record,
          path: `${record.path} ${typeof alpha}`,
          manifest: { ...record.manifest, config: { alpha } },
        };
      }),
    );
    const labels = compare(choices as RunRecord[])!.results.map(({ label }) => label);
    expect(labels).toHaveLength(2);
    expect(new Set(labels).size).toBe(2);
  });

  it('returns without a scale cannot be summed up, which is said', () => {
    const elsewhere = runRecord({
      manifest: { dataset: { ...run('bc', UMAZE, 1).manifest.dataset!, hash: 'else' } },
      evaluations: [evaluationRecord([1, 2])],
    });
    const markup = section([...runs('bc', UMAZE, [1, 2]), elsewhere]);
    expect(markup).not.toContain('<table');
    expect(markup).toContain('D4RL has no reference returns for my-environment-v0');
  });

  it('settings made for each dataset are one algorithm, two choices on one dataset are two', () => {
    const presets = [...runs('bc', UMAZE, [1], { batchSize: 32 }), ...runs('bc', MEDIUM, [3])];
    expect(compare(presets)!.results.map(({ label }) => label)).toEqual(['BC']);
    const choices = [
      ...[UMAZE, MEDIUM].flatMap((id) => runs('td3-bc', id, [1], { alpha: 5 })),
      ...[UMAZE, MEDIUM].flatMap((id) => runs('td3-bc', id, [2])),
    ];
    expect(compare(choices)!.results.map(({ label }) => label)).toEqual([
      'TD3+BC (defaults)',
      'TD3+BC (alpha 5)',
    ]);
  });
});
