import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findAlgorithm, parseConfig, type TrainedPolicy } from '@lamo/algos';
import { type Dataset, makeFolder } from '@lamo/core';
import { describeDataset, hashDataset, readD4rl } from '@lamo/data';
import type { Mlp, ObservationScaler } from '@lamo/models';
import { type HostArray, openDevice, readSafetensors, type TreeRecord, treeFromEntries } from '@lamo/runtime';
import { evaluatePolicy } from '../../../packages/cli/src/run/evaluate-policy';
import { createManifest } from '../../../packages/cli/src/run/manifest';
import { type PythonServer, python, startPython } from '../../../test/python-server';
import { counterparts, sharedSettings } from './counterparts';
import { exportTransitions } from './export-transitions';
import { configOf, evaluationSeed, type Job, presetOf } from './job';
import { type BaselineRecord, evaluationInterval, readRecord, writeRecord } from './record';

/**
 * Lets PyTorch train the counterpart of one of our algorithms on the same transitions, or go on with it, and evaluates
 * what it has learnt as we evaluate ours: same episodes, same code.
 */
export async function trainCounterpart(job: Job): Promise<void> {
  const dataset = await readD4rl(job.file);
  makeFolder(job.folder);
  const checkpoint = join(job.folder, 'checkpoint.pt');
  const earlier = readRecord(job.result);
  if (earlier === undefined) rmSync(checkpoint, { force: true });
  const transitions = join(job.folder, 'transitions.safetensors');
  const config = configOf(job);
  const scaler = exportTransitions(dataset, config, transitions);
  const { module, settings } = counterparts[job.entrant.algorithm.name]!;
  const given = { ...settings(config), ...sharedSettings(config) };
  const args = [module, transitions, checkpoint, String(job.seed), JSON.stringify(given)];
  const server = await startPython(new URL('../../pytorch/train.py', import.meta.url), {
    args,
    showErrors: true,
  });
  if (server === undefined) throw new Error(`${python} cannot run benchmarks/pytorch/train.py`);
  let record = earlier ?? describe(job, dataset, given, `PyTorch ${server.greeting.torch}, 1 thread`);
  writeRecord(job.result, record);
  for await (const evaluation of learn(job, server, scaler, record.evaluations.length)) {
    record = { ...record, evaluations: [...record.evaluations, evaluation] };
    writeRecord(job.result, record);
  }
  server.close();
  rmSync(transitions);
}

/** Trains from one evaluation to the next. */
async function* learn(job: Job, server: PythonServer, scaler: ObservationScaler<HostArray>, done: number) {
  const { task, episodes, seed, steps } = job;
  const every = evaluationInterval(steps);
  const actorFile = join(job.folder, 'actor.safetensors');
  let policy: TrainedPolicy | undefined;
  try {
    for (let i = done + 1; (i - 1) * every < steps; i++) {
      const step = Math.min(i * every, steps);
      const { seconds } = await server.ask({ until: step, actor: actorFile });
      const state = { ...treeFromEntries(readSafetensors(actorFile).tensors), scaler };
      if (policy === undefined) policy = await openPolicy(state);
      else await policy.load(state);
      const plan = {
        environment: task.environment,
        episodes,
        targetReturns: [],
        inTraining: true,
        seed: evaluationSeed(seed),
      };
      const [result] = await evaluatePolicy(policy, step, plan);
      const { score, returns } = result!.evaluation;
      yield { step, trainingSeconds: seconds as number, seed: plan.seed, score: score!, returns };
    }
  } finally {
    await policy?.dispose();
  }
}

/** All counterparts act by a perceptron that ends in tanh, as BC does. */
async function openPolicy(state: TreeRecord<HostArray>): Promise<TrainedPolicy> {
  const layers = Object.values(state.actor as Mlp<HostArray>);
  const spec = {
    observationSize: layers[0]!.weight.shape[0]!,
    actionSize: layers.at(-1)!.weight.shape[1]!,
  };
  const bc = findAlgorithm('bc');
  const device = await openDevice('cpu', { threads: 1 });
  return bc.result.create(device, { state, spec, config: parseConfig(bc), loaded: {} });
}

function describe(
  job: Job,
  dataset: Dataset,
  config: Readonly<Record<string, unknown>>,
  trainedBy: string,
): BaselineRecord {
  const { entrant, task, seed, steps } = job;
  const { versions, machine } = createManifest({});
  return {
    entrant: entrant.name,
    title: entrant.title,
    trainedBy,
    isCounterpart: true,
    environment: task.environment,
    dataset: summariseDataset(dataset),
    preset: presetOf(job) ?? null,
    config,
    seed,
    steps,
    versions,
    machine,
    evaluations: [],
  };
}

function summariseDataset(dataset: Dataset): BaselineRecord['dataset'] {
  return {
    name: dataset.name,
    hash: hashDataset(dataset),
    rows: dataset.size,
    meanReturn: describeDataset(dataset).returns?.mean ?? null,
  };
}
