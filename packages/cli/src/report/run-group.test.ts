import { algorithms, findAlgorithm, parseConfig, parseSavedConfig } from '@lamo/algos';
import { describe, expect, it } from 'vitest';
import { evaluationRecord, languageFields, runRecord } from '../../test/run-record';
import type { PolicyManifest } from '../run/policy-manifest';
import type { EvaluationRecord } from '../run/records';
import { groupResult } from './results';
import { changedSettings, groupRuns } from './run-group';
import type { RunRecord } from './run-record';

function run(
  algorithm: string,
  seed: number,
  config = {},
  evaluations: readonly EvaluationRecord[] = [],
): RunRecord {
  const settings = parseConfig(findAlgorithm(algorithm), config) as PolicyManifest['config'];
  return runRecord({ manifest: { algorithm, seed, config: settings }, evaluations });
}

const data = runRecord().manifest.dataset!;

const actingFields = {
  experience: {
    environment: 'hopper-v4',
    settings: { offlineSteps: 0, randomSteps: 9, stepsAtOnce: 4, updateRatio: 1, offlineShare: 0 },
    hash: 'abc',
  },
};

describe('groups', () => {
  it('hold the runs that differ only in their seed, in its order', () => {
    const groups = groupRuns([run('td3-bc', 1), run('bc', 0), run('td3-bc', 0)]);
    expect(groups.map(({ label, runs }) => [label, runs.map(({ manifest }) => manifest.seed)])).toEqual([
      ['TD3+BC', [0, 1]],
      ['BC', [0]],
    ]);
  });

  it('of one algorithm say what sets them apart', () => {
    const groups = groupRuns([run('td3-bc', 0), run('td3-bc', 0, { alpha: 5 })]);
    expect(groups.map(({ label }) => label)).toEqual(['TD3+BC (defaults)', 'TD3+BC (alpha 5)']);
  });

  it.each([
    ['a learning rate', { config: { learningRate: 1e-3 } }],
    ['the steps that were planned', { steps: 7 }],
    ['other data', { dataset: { ...data, hash: 'other' } }],
    ['data read differently', { dataset: { ...data, reading: { continuing: true } } }],
    ['a setting that this version does not know', { config: { unknown: 1 } }],
  ])('never hold runs that differ in %s, and have names that differ', (_, manifest) => {
    const runs = [runRecord(), runRecord({ path: 'runs/other', manifest: { ...manifest, seed: 1 } })];
    const groups = groupRuns(runs);
    expect(groups.map((group) => group.runs)).toEqual([[runs[0]], [runs[1]]]);
    expect(new Set(groups.map(({ label }) => label)).size).toBe(2);
  });

  it('name folders by their last part, runs by their folder', () => {
    const begun = (initialiseFrom: string) => changedSettings(run('sft', 0, { initialiseFrom }));
    expect(begun('/home/me/models/small')).toEqual(['initialise from small']);
    expect(begun('/home/me/runs/base/model')).toEqual(['initialise from base']);
    for (const name of ['nano', 'openai-community/gpt2'])
      expect(begun(name)).toEqual([`initialise from ${name}`]);
  });

  it('do not care in which order a file names settings', () => {
    const runs = [
      { alpha: 5, discount: 0.9 },
      { discount: 0.9, alpha: 5 },
    ];
    const records = runs.map((config, seed) =>
      runRecord({ manifest: { algorithm: 'unknown', seed, config } }),
    );
    expect(groupRuns(records)).toHaveLength(1);
  });

  /** Every setting that a run of before it lacks, by what the program did then. */
  const settings = [...algorithms.values()].flatMap((algorithm) => {
    const before = parseSavedConfig(algorithm, {});
    return Object.keys(before).map((name) => ({ algorithm: algorithm.name, name, before }));
  });

  it.each(settings)('hold runs of before and after $name of $algorithm', ({ algorithm, name, before }) => {
    const { [name]: _, ...older } = before as PolicyManifest['config'];
    const runs = [older, before as PolicyManifest['config']].map((config, seed) =>
      runRecord({ manifest: { ...languageFields, ...actingFields, algorithm, seed, config } }),
    );
    expect(groupRuns(runs)).toHaveLength(1);
    expect(changedSettings(runs[0]!)).toEqual(changedSettings(runs[1]!));
  });

  it('say of a run of before a choice how it chose', () => {
    expect(changedSettings(runRecord({ manifest: { algorithm: 'td3-bc', config: {} } }))).toContain(
      'transitions d4rl',
    );
  });

  it('are others if they began with other parameters, and say with which', () => {
    const initial = {
      from: '/runs/long',
      checkpoint: '/runs/long/checkpoints/step-9.safetensors',
      hash: 'a',
    };
    const groups = groupRuns([
      runRecord({ manifest: { seed: 0 } }),
      runRecord({ manifest: { seed: 0, initial } }),
      runRecord({ manifest: { seed: 1, initial } }),
    ]);
    expect(groups.map(({ label }) => label)).toEqual(['BC (defaults)', 'BC (initial long)']);
    expect(groups.map(({ runs }) => runs.length)).toEqual([1, 2]);
  });

  it('count a seed once, by the run that was evaluated most, whatever it scored', () => {
    const [low, high, none] = [
      run('bc', 0, {}, [evaluationRecord([1], { step: 100 }), evaluationRecord([1])]),
      run('bc', 0, {}, [evaluationRecord([99])]),
      run('bc', 0),
    ];
    const [group] = groupRuns([high, low, none]);
    expect(group!.runs).toEqual([low]);
    expect(group!.repeats).toEqual([
      { run: high, of: low },
      { run: none, of: low },
    ]);
    expect(groupResult(group!, 'my-environment-v0')!.seeds).toBe(1);
  });
});
