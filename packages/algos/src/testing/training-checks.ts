import { hashDataset } from '@lamo/data';
import type { ParameterGroups } from '@lamo/models';
import { countParameters, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import { expect } from 'vitest';
import { trainingHeader } from '../engine/checkpoint-header';
import { loadParts } from '../engine/load-result';
import type { TrainingRun } from '../engine/train';
import type { StepMetrics } from '../engine/training-steps';
import { datasetSpec } from '../kinds/dataset';
import type { Check } from './check';
import { expectSameRecording, hasSameState } from './compare';
import { HALF, SEED, type Subject, usualActions, WHOLE } from './subject';
import { toyDataset } from './toy-dataset';

/** What a training must do. */
export const trainingChecks = {
  'trains, and every number stays finite': async (subject) => {
    await subject.whole(); // it ends where a metric, or a part of the state that is kept, is not a finite number
  },

  'learns: its loss falls': async (subject) => {
    const loss = subject.options.loss ?? Object.keys(subject.algorithm.metrics)[0]!;
    const { steps } = await subject.long();
    const means = steps.map(({ metrics }) => metrics[loss]);
    expect(means[0], `no step reports '${loss}'`).toBeDefined();
    const listed = means.map((mean) => mean?.toPrecision(3)).join(', ');
    expect(means.at(-1)!, `'${loss}' does not fall; its means over 20 steps are ${listed}`).toBeLessThan(
      means[0]!,
    );
  },

  'repeats a training exactly for the same seed': async (subject) => {
    const because = 'The same seed gave another training: randomness may only come from `rng` and `noise`';
    expectSameRecording(await subject.record({ steps: WHOLE }), await subject.whole(), because);
  },

  'trains differently for another seed': async (subject) => {
    const other = await subject.record({ steps: 2, seed: SEED + 1 });
    const { steps } = await subject.whole();
    const because = 'Another seed gave the same training: draw first weights and batches from `rng`';
    expect(other.steps, because).not.toEqual(steps.slice(0, 2));
  },

  'gives the same result on one thread and on two': async (subject) => {
    const on = async (threads: number) => {
      const device = await openDevice('cpu', { threads });
      return subject.record({ steps: 3, device, config: subject.options.wideConfig ?? {} });
    };
    expectSameRecording(await on(2), await on(1), 'Two threads gave another result than one');
  },

  'gives the same result step by step and in blocks, and reports means': async (subject) => {
    const whole = await subject.whole();
    const blocks = await subject.record({ steps: WHOLE, every: 7, stepsAtOnce: 4 });
    const because = 'Blocks of steps gave another result than single steps';
    expectSameRecording({ ...blocks, steps: [] }, { ...whole, steps: [] }, because);
    expect(blocks.steps.map(({ step }) => step)).toEqual([7, 14, 15]);
    for (const [metric, mean] of Object.entries(blocks.steps[1]!.metrics)) {
      const values = whole.steps.slice(7, 14).flatMap(({ metrics }) => metrics[metric] ?? []);
      const sum = values.reduce((total, value) => total + value, 0);
      expect(mean, `the mean of '${metric}' over steps 8 to 14`).toBeCloseTo(sum / values.length, 10);
    }
  },

  'continues from a saved checkpoint as if it had not stopped': async (subject) => {
    const whole = await subject.whole();
    const resume = (await subject.half()).checkpoint;
    const because = `A training resumed at step ${HALF} went another way: all that steps change belongs to the state`;
    const rest = { ...whole, steps: whole.steps.slice(HALF) };
    expectSameRecording(await subject.record({ steps: WHOLE, resume }), rest, because);
  },

  'measures what is held out, in the same words, and learns the same whether it does or not': async (
    subject,
  ) => {
    const given = { steps: 4, heldOut: 0.2 };
    const unmeasured = await subject.record(given);
    const measured: StepMetrics[] = [];
    const look = async (run: TrainingRun) => measured.push((await run.measureHeldOut())!);
    const because =
      'Measuring what is held out changed the training: batches and noise may only come from what a step is given';
    expectSameRecording(await subject.record(given, subject.dataset, look), unmeasured, because);
    const names = (reports: readonly StepMetrics[]) =>
      [...new Set(reports.flatMap((metrics) => Object.keys(metrics)))].sort();
    expect(names(measured)).toEqual(names(unmeasured.steps.map(({ metrics }) => metrics)));
  },

  'describes every metric that it reports, and reports all that it describes': async (subject) => {
    const { variants = [], config } = subject.options;
    const reports = [...(await subject.whole()).steps];
    for (const variant of variants) {
      reports.push(...(await subject.record({ steps: 4, config: { ...config, ...variant } })).steps);
    }
    const reported = new Set(reports.flatMap(({ metrics }) => Object.keys(metrics)));
    const described = Object.keys(subject.algorithm.metrics);
    const because = 'Metrics reported, and those described; name settings that report others in `variants`';
    expect([...reported].sort(), because).toEqual(described.sort());
  },

  'has parameters in every group but the frozen one': async (subject) => {
    const groups = await trainableGroups(subject, (await subject.whole()).start);
    expect(groups.size, 'No group of parameters trains').toBeGreaterThan(0);
    for (const [group, parameters] of groups) {
      expect(countParameters(parameters), `The group '${group}' is empty`).toBeGreaterThan(0);
    }
  },

  'trains every group of parameters but the frozen one': async (subject) => {
    const { start, checkpoint } = await subject.whole();
    const before = await trainableGroups(subject, start);
    for (const [group, after] of await trainableGroups(subject, checkpoint.state)) {
      const isSame = hasSameState(before.get(group)!, after);
      expect(isSame, `${WHOLE} steps changed nothing in the group '${group}'`).toBe(false);
    }
  },

  'leaves the dataset as it is': async (subject) => {
    await subject.whole();
    const because = 'The training wrote into the dataset, which others use too';
    const same = toyDataset(usualActions(subject.algorithm));
    expect(hashDataset(subject.dataset), because).toBe(hashDataset(same));
  },
} as const satisfies Readonly<Record<string, Check>>;

/** What the algorithm's `parameters` says about a state of the subject. */
async function trainableGroups({ algorithm, dataset, whole }: Subject, state: Tree<HostArray>) {
  const { config } = trainingHeader((await whole()).checkpoint);
  const loaded = await loadParts(algorithm, datasetSpec(dataset), config, SEED);
  const groups = new Map(Object.entries(algorithm.parameters(state, loaded) as ParameterGroups<HostArray>));
  groups.delete('frozen');
  return groups;
}
