import { findAlgorithm, parseConfig } from '@lamo/algos';
import { referenceReturns } from '@lamo/eval';
import { describe, expect, it } from 'vitest';
import { evaluationRecord, runRecord } from '../../test/run-record';
import type { PolicyManifest } from '../run/policy-manifest';
import type { EvaluationRecord } from '../run/records';
import { explainScore } from '../scores';
import { curveSection } from './curve-section';
import { environmentsOf, groupResult, learningCurve } from './results';
import { groupRuns } from './run-group';
import type { RunRecord } from './run-record';
import { scoreSection } from './score-section';

const MAZE = 'maze2d-umaze-v1';
const { random, expert } = referenceReturns(MAZE);

/** A return that is worth a score. */
const worth = (score: number) => random + (score / 100) * (expert - random);

function evaluation(step: number, scores: number[], targetReturn: number | null = null): EvaluationRecord {
  return evaluationRecord(scores.map(worth), { step, environment: MAZE, targetReturn });
}

function run(algorithm: string, seed: number, evaluations: EvaluationRecord[], config = {}): RunRecord {
  const timing = [
    { step: 100, activity: 'training' as const, seconds: 4 },
    { step: 100, activity: 'evaluation' as const, seconds: 9 },
    { step: 200, activity: 'training' as const, seconds: 6 },
  ];
  const settings = parseConfig(findAlgorithm(algorithm), config) as PolicyManifest['config'];
  return runRecord({
    ...{ path: `runs/${seed}`, evaluations, timing },
    manifest: { algorithm, seed, config: settings },
  });
}

describe('results', () => {
  it('say what scores are, in the one way in which every command says it', () => {
    const [group] = groupRuns([run('bc', 0, [evaluation(200, [1])])]);
    expect(scoreSection(MAZE, [groupResult(group!, MAZE)!]).markup).toContain(explainScore('D4RL'));
  });

  it('are those of the last step in training, in scores; a later evaluation does not replace them', () => {
    const later = { ...evaluation(200, [99]), inTraining: false };
    const evaluations = [evaluation(100, [90, 90]), evaluation(200, [40, 60]), later];
    const [group] = groupRuns([run('bc', 0, evaluations)]);
    const result = groupResult(group!, MAZE)!;
    expect(result.mean).toBeCloseTo(50, 9);
    expect(result.step).toBe(200);
    expect(result.interval!.low).toBeCloseTo(40, 9);
    expect(result.interval!.high).toBeCloseTo(60, 9);
    // Every episode of these tests has 100 steps.
    expect(result.spent).toEqual({ evaluations: 3, episodes: 5, environmentSteps: 500 });
    expect(result.stepsPerSecond).toBeCloseTo(20, 9);
  });

  it('of several seeds vary as the means of the runs do, not as their episodes', () => {
    const seeds = [50, 52, 48].map((mean, seed) =>
      run('bc', seed, [evaluation(200, [mean - 40, mean + 40])]),
    );
    const result = groupResult(groupRuns(seeds)[0]!, MAZE)!;
    expect(result.mean).toBeCloseTo(50, 9);
    expect(result.interval!.low).toBeCloseTo(48, 9);
    expect(result.interval!.high).toBeCloseTo(52, 9);
    expect(result.episodes).toBe(6);
  });

  it('of later evaluations count every start once, so that nothing is gained by repeating them', () => {
    const start = (score: number, seed: number) => ({
      ...evaluation(200, [score]),
      inTraining: false,
      seeds: [seed],
    });
    const [group] = groupRuns([run('bc', 0, [start(10, 1), start(10, 1), start(40, 2)])]);
    const result = groupResult(group!, MAZE, 'later')!;
    expect(result.mean).toBeCloseTo(25, 9);
    expect(result.episodes).toBe(2);
    expect(groupResult(group!, MAZE)).toBeUndefined();
    expect(scoreSection(MAZE, [result]).markup).toContain('Evaluated later');
  });

  it('are of the last step that all seeds share, and count only seeds that were evaluated', () => {
    const groups = groupRuns([
      run('bc', 0, [evaluation(100, [10, 10]), evaluation(200, [90, 90])]),
      run('bc', 1, [evaluation(100, [30, 30])]),
      run('bc', 2, []),
    ]);
    const result = groupResult(groups[0]!, MAZE)!;
    expect([result.step, result.seeds]).toEqual([100, 2]);
    expect(result.mean).toBeCloseTo(20, 9);
    expect(scoreSection(MAZE, [result]).markup).toContain('data-label="seeds">2 of 3<');
  });

  it('of seeds that share no step say that they are not of all', () => {
    const groups = groupRuns([
      run('bc', 0, [evaluation(100, [10, 10])]),
      run('bc', 1, [evaluation(200, [30, 30])]),
    ]);
    const result = groupResult(groups[0]!, MAZE)!;
    expect([result.step, result.seeds, result.evaluatedSeeds]).toEqual([200, 1, 2]);
    const why =
      'there is no step at which all were evaluated, so the last step of any of them is shown, 200.';
    expect(scoreSection(MAZE, [result]).markup).toContain(`Of BC 1 of 2 evaluated seeds count: ${why}`);
  });

  it('say of every interval what it is of and over what, and have none of a single value', () => {
    const sectionOf = (...evaluations: EvaluationRecord[]) => {
      const runs = evaluations.map((line, seed) => run('bc', seed, [line]));
      return scoreSection(MAZE, [groupResult(groupRuns(runs)[0]!, MAZE)!]).markup;
    };
    const seeds = sectionOf(evaluation(200, [10, 20]), evaluation(200, [40, 50]));
    expect(seeds).toContain('data-label="95 % interval of the mean"');
    expect(seeds).toContain('>15.0 to 45.0, over 2 runs<');
    expect(seeds).toMatch(/data-label="IQM and its 95 % interval">30\.0<span class="range">15\.0 to 45\.0</);
    expect(sectionOf(evaluation(200, [10, 20]))).toContain('>10.0 to 20.0, over 2 episodes<');
    const single = sectionOf(evaluation(200, [10]));
    expect(single).toContain('>–, over 1 episode<');
    expect(single).toMatch(/data-label="IQM and its 95 % interval">10\.0<span class="range">–</);
    expect(single).toContain('A single episode has no interval (–)');
    expect(single).not.toContain('class="span');
    expect(seeds).toContain('class="span');
  });

  it('have an interval of the IQM itself, over runs where there are several', () => {
    const seeds = [0, 50, 50, 50, 100].map((mean, seed) =>
      run('bc', seed, [evaluation(200, [mean - 40, mean + 40])]),
    );
    const { interval, interquartileMean: iqm } = groupResult(groupRuns(seeds)[0]!, MAZE)!;
    expect(iqm.value).toBeCloseTo(50, 9);
    // Over all 5⁵ resamples, listed in plain Python loops, P(IQM ≤ 0) = 0.0067, P(≤ 16.7) = 0.055, and the same from above:
    // of the 2000 drawn, the 2.5 % quantile lies on 50/3 beyond any doubt. The mean's lies on 20.
    expect([iqm.interval!.low, iqm.interval!.high]).toBeAllClose([50 / 3, 250 / 3], { absolute: 1e-9 });
    expect([interval!.low, interval!.high]).toBeAllClose([20, 80], { absolute: 1e-9 });
  });

  it('are kept apart by environment, and raw where there are no reference returns', () => {
    const elsewhere = {
      ...evaluation(100, []),
      environment: 'my-environment-v0',
      returns: [7, 9],
      seeds: [0, 1],
    };
    const groups = groupRuns([run('bc', 0, [evaluation(100, [10, 20]), elsewhere])]);
    expect(environmentsOf(groups)).toEqual([MAZE, 'my-environment-v0']);
    expect(groupResult(groups[0]!, 'my-environment-v0')!.mean).toBe(8);
    expect(groupResult(groups[0]!, 'hopper-v4')).toBeUndefined();
  });

  it('make a curve with the mean where all seeds that were evaluated have a point, and each seed’s own line', () => {
    const groups = groupRuns([
      run('bc', 0, [evaluation(100, [0, 20]), evaluation(200, [40, 60])]),
      run('bc', 1, [evaluation(100, [30, 30])]),
      run('bc', 2, []),
    ]);
    const { points, runs, targetReturn } = learningCurve(groups[0]!, MAZE)!;
    expect(targetReturn).toBeNull();
    expect(points.map(({ step }) => step)).toEqual([100]);
    expect(points.map(({ mean }) => mean)).toBeAllClose([20], { absolute: 1e-9 }); // rounding of scores and back
    expect(runs.map((line) => line.length)).toEqual([2, 1, 0]);
  });
});

describe('last, mean of the last and best', () => {
  const curve = (seed: number, ...scores: number[]) =>
    run(
      'bc',
      seed,
      scores.map((score, i) => evaluation(100 * (i + 1), [score - 3, score + 3])),
    );

  it('are of each run, up to the last step that all share, and never mixed', () => {
    // Ten evaluations: the mean of the last is over those at 900 and 1,000. Seed 1 went on, which does not count.
    const [group] = groupRuns([
      curve(0, 0, 0, 80, 0, 0, 0, 0, 0, 10, 30),
      curve(1, 0, 0, 0, 60, 0, 0, 0, 0, 30, 50, 99),
    ]);
    const { mean, targets } = groupResult(group!, MAZE)!;
    const [{ last, meanOfLast, best, runs }] = targets as [(typeof targets)[number]];
    expect([mean, last.value, meanOfLast.value, best]).toBeAllClose([40, 40, 30, 70], { absolute: 1e-9 });
    expect(meanOfLast.interval).toEqual({ low: expect.closeTo(20, 9), high: expect.closeTo(40, 9) });
    expect(runs.map((own) => [own.last.step, own.best.step, own.best.chosenFrom])).toEqual([
      [1000, 300, 10],
      [1000, 400, 10],
    ]);
  });

  it('stand in a table of their own that says what was chosen by looking, at how many evaluations', () => {
    const [group] = groupRuns([curve(0, 90, 10, 20, 30, 40)]);
    const { markup } = scoreSection(MAZE, [groupResult(group!, MAZE)!]);
    expect(markup).toMatch(
      /data-label="last">40\.0<.*mean of the last 20 % of steps">40\.0<span class="range">1 evaluation<.*chosen by looking">90\.0<span class="range">of 5 evaluations</s,
    );
    expect(markup).toContain('this is the number to quote');
  });

  it('need no table where there was one evaluation, or where it was asked for later', () => {
    const later = (step: number) => ({ ...evaluation(step, [1]), inTraining: false });
    const [once, asked] = [[evaluation(200, [1])], [later(100), later(200)]].map((evaluations) =>
      groupRuns([run('bc', 0, evaluations)]),
    );
    expect(scoreSection(MAZE, [groupResult(once![0]!, MAZE)!]).markup).not.toContain('three ways');
    expect(scoreSection(MAZE, [groupResult(asked![0]!, MAZE, 'later')!]).markup).not.toContain('three ways');
  });
});

describe('with several target returns', () => {
  const seeds = [
    run('bc', 0, [
      ...[evaluation(100, [90, 90], 50), evaluation(100, [5, 5], 150)],
      ...[evaluation(200, [10, 30], 50), evaluation(200, [40, 60], 150)],
    ]),
    run('bc', 1, [evaluation(200, [60, 60], 50), evaluation(200, [30, 50], 150)]),
  ];
  const [group] = groupRuns(seeds);

  it('results are those of the target that is best at the end, over all seeds', () => {
    const result = groupResult(group!, MAZE)!;
    expect(result.targetReturn).toBe(150);
    expect(result.mean).toBeCloseTo(45, 9);
    expect(result.episodes).toBe(4);
    expect(result.spent).toEqual({ evaluations: 6, episodes: 12, environmentSteps: 1200 });
    expect(result.targets.map(({ targetReturn }) => targetReturn)).toEqual([150, 50]);
    expect(result.targets.map(({ last }) => last.value)).toBeAllClose([45, 40], { absolute: 1e-9 });
  });

  it('each has its own last, mean of the last ones and best, over the runs that were evaluated with it at the end', () => {
    const [best, other] = groupResult(group!, MAZE)!.targets;
    // Steps 100 and 200: the last fifth begins after 160. Seed 0 had 5 and 50 with target 150, and 90 and 20 with target 50.
    expect([best!.meanOfLast.value, best!.best]).toBeAllClose([45, 45], { absolute: 1e-9 });
    expect([other!.meanOfLast.value, other!.best]).toBeAllClose([40, 75], { absolute: 1e-9 });
    expect(other!.runs.map((run) => run.best.chosenFrom)).toEqual([2, 1]);
    expect(other!.last.interval).toEqual({ low: expect.closeTo(20, 9), high: expect.closeTo(60, 9) });
  });

  it('the report lists each target with its three numbers, and which is reported', () => {
    const table = scoreSection(MAZE, [groupResult(group!, MAZE)!]).markup;
    expect(table).toContain('of every target return, in three ways');
    expect(table).toMatch(
      /BC, target 150<span class="range">reported: the best last<.*?>45\.0<.*?>45\.0<.*?>45\.0</s,
    );
    expect(table).toMatch(
      /BC, target 50<span class="range">not reported<.*?data-label="last">40\.0<.*?>40\.0<.*?; 1 evaluation<.*?>75\.0<.*?of 1 to 2 evaluations</s,
    );
  });

  it('curves are those of the same target', () => {
    const { targetReturn, points } = learningCurve(group!, MAZE)!;
    expect(targetReturn).toBe(150);
    expect(points.map(({ mean }) => mean)).toBeAllClose([45], { absolute: 1e-9 }); // at step 100 only one seed was evaluated
  });

  it('seeds that share a step but no target return there are said to', () => {
    const early = evaluation(100, [1], 50); // shared, and left behind
    const [apart] = groupRuns([
      run('bc', 0, [early, evaluation(200, [10], 50)]),
      run('bc', 1, [early, evaluation(200, [30], 150)]),
    ]);
    const markup = scoreSection(MAZE, [groupResult(apart!, MAZE)!]).markup;
    expect(markup).toContain(
      'Of BC 1 of 2 evaluated seeds count: at step 200, the last that they share, they were told no target return in common, so the target with the best mean is shown, 150.',
    );
    expect(markup).not.toContain('there is no step');
  });

  it('seeds that share neither step nor target return are said to', () => {
    const [apart] = groupRuns([
      run('bc', 0, [evaluation(200, [10], 50)]),
      run('bc', 1, [evaluation(200, [30], 150)]),
      run('bc', 2, [evaluation(100, [30], 150)]),
    ]);
    expect(scoreSection(MAZE, [groupResult(apart!, MAZE)!]).markup).toMatch(
      /Of BC 1 of 3 .*there is no step at which .*, 200; those evaluated there were told no target return in common, so .*, 150\./,
    );
  });

  it('a target that only one of the seeds has, or that was left behind, is none to choose', () => {
    const extended = run('bc', 0, [...seeds[0]!.evaluations, evaluation(200, [99, 99], 300)]);
    const [withExtra] = groupRuns([extended, seeds[1]!]);
    expect(groupResult(withExtra!, MAZE)!.targetReturn).toBe(150);
    const [alone] = groupRuns([extended]);
    expect(groupResult(alone!, MAZE)!.targetReturn).toBe(300);
    const [early] = groupRuns([run('bc', 0, [evaluation(100, [99], 300), evaluation(200, [1], 50)])]);
    expect(groupResult(early!, MAZE)!.targetReturn).toBe(50);
  });

  it('the table and the curve name the target, and what it was chosen from', () => {
    const table = scoreSection(MAZE, [groupResult(group!, MAZE)!]).markup;
    expect(table).toContain('BC, target 150</th>');
    expect(table).toContain('BC 45.0 for 150, 40.0 for 50.');
    const curve = curveSection(MAZE, [learningCurve(group!, MAZE)!]).markup;
    expect(curve).toContain('BC, target 150</li>');
    const [plain] = groupRuns([run('bc', 0, [evaluation(200, [1, 2])])]);
    expect(scoreSection(MAZE, [groupResult(plain!, MAZE)!]).markup).not.toContain('arget');
  });
});
