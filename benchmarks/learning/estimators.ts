/**
 * Estimators of what a policy is worth against the truth: policies from broken to good are judged from one log, then played. Written
 * as it goes; started again, it goes on where it was.
 *
 * `npx tsx --conditions=@lamo/source benchmarks/learning/estimators.ts [--only cartpole,thermostat,hopper] [--episodes N]`
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  criticEstimates,
  type Estimate,
  fitBehaviour,
  fitNetworkValues,
  isImpossible,
  type JudgedPolicy,
  loadJudgedCheckpoint,
  type PreparedLog,
  policyDensities,
  prepareLog,
  type TrainedPolicy,
  train,
} from '@lamo/algos';
import { type Dataset, type JudgedLog, LamoError, makeFolder } from '@lamo/core';
import { episodeReturns } from '@lamo/data';
import { estimateFromLog, estimators, evaluate, mean, standardError } from '@lamo/eval';
import { openDevice } from '@lamo/runtime';
import type { StudyEstimate, StudyRun, StudySettings } from './estimators/results';
import { type Candidate, type StudyTask, TASKS } from './estimators/tasks';
import { readRuns, writeRuns } from './kept-runs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    episodes: { type: 'string', default: '100' },
    results: { type: 'string', default: fileURLToPath(new URL('results/estimators', import.meta.url)) },
  },
});

const NETWORKS = 5;
const HIDDEN = 64;
const device = await openDevice('cpu', { threads: 1 });
makeFolder(options.results);
const tasks = TASKS.filter(({ name }) => options.only?.split(',').includes(name) ?? true);
for (const task of tasks) await study(task);

async function study(task: StudyTask): Promise<void> {
  const dataset = await task.log();
  const log = prepareLog(dataset, task.range);
  const settings: StudySettings = {
    task: task.name,
    discount: task.discount,
    rows: dataset.size,
    episodes: dataset.episodeEnds.length,
    logged: mean(episodeReturns(dataset, task.discount)),
    fqe: [...task.fqe, NETWORKS, HIDDEN],
    played: Number(options.episodes),
  };
  const path = join(options.results, `${task.name}.json`);
  const runs: StudyRun[] = readRuns(path, settings);
  const behaviour = await fitBehaviour(log, { device });
  for (const candidate of task.candidates) {
    const policy = nameOf(candidate);
    if (runs.some((run) => run.policy === policy)) continue;
    runs.push(await judge(task, candidate, { dataset, log, behaviour }));
    writeRuns(path, { settings, runs });
    console.log(task.name, policy, JSON.stringify(runs.at(-1)));
  }
}

function nameOf({ algorithm, steps, seed }: Candidate): string {
  return `${algorithm.name}-${steps}-s${seed}`;
}

interface Judging {
  readonly dataset: Dataset;
  readonly log: PreparedLog;
  readonly behaviour: Awaited<ReturnType<typeof fitBehaviour>>;
}

async function judge(task: StudyTask, candidate: Candidate, judging: Judging): Promise<StudyRun> {
  const started = performance.now();
  const { algorithm, steps, seed } = candidate;
  const { discount, range, fqe } = task;
  const [fqeSteps, targetEvery] = fqe;
  const { dataset, log, behaviour } = judging;
  const settings = { hiddenSize: 64, ...range, ...discountOf(algorithm, discount), ...candidate.config };
  const run = await train(algorithm, dataset, { steps, seed, device, config: settings, every: steps || 1 });
  for await (const _ of run);
  try {
    const result = (await run.result()) as TrainedPolicy;
    const played = await play(task, result);
    await result.dispose();
    const checkpoint = structuredClone(await run.checkpoint());
    const policy = await loadJudgedCheckpoint(log.spec, { algorithm, checkpoint, name: nameOf(candidate) });
    const { logDensities } = await policyDensities(log, policy, behaviour);
    const config = { ...range, discount, hiddenSize: HIDDEN, targetEvery };
    const fitting = { steps: fqeSteps, networks: NETWORKS, seed: 0, device, config };
    const { values, estimate } = await fitNetworkValues(dataset, log, policy, fitting);
    const critics = await criticsOf(log, policy, { algorithm, checkpoint, device }, discount);
    const judged = {
      ...{ episodeEnds: dataset.episodeEnds, rewards: dataset.rewards, discount },
      // How far FQE may still move would only hide how wide the intervals of its networks are.
      networks: { ...values, drift: 0 },
      densities: { behaviour: behaviour.logDensities, policy: logDensities },
      ...(critics === undefined ? {} : { critics }),
    };
    return {
      policy: nameOf(candidate),
      ...played,
      agreement: await agreementOf(log, policy),
      estimates: estimatesOf(judged, estimate),
      seconds: Math.round((performance.now() - started) / 1000),
    };
  } finally {
    await run.dispose();
  }
}

/** What every estimator says that has what it needs. As `lamo evaluate` does: what has diverged is not to be used. */
function estimatesOf(judged: JudgedLog, fitted: Estimate): Record<string, StudyEstimate> {
  const asked = estimators.filter(({ needs }) => judged.critics !== undefined || !needs.includes('critics'));
  const found = estimateFromLog(
    judged,
    asked.map(({ name }) => name),
  );
  const entries = asked.map(({ name, needs }, i): [string, StudyEstimate] => {
    const { value, interval, effectiveEpisodes, meanWeight, verdict } = found[i]!;
    const isDiverged = needs.includes('networks') && isImpossible(fitted);
    return [
      name,
      { value, interval, effectiveEpisodes, meanWeight, verdict: isDiverged ? 'unusable' : verdict },
    ];
  });
  return Object.fromEntries(entries);
}

/** What a policy's own critics say, if it has any. */
async function criticsOf(...given: Parameters<typeof criticEstimates>) {
  try {
    return await criticEstimates(...given);
  } catch (error) {
    if (LamoError.isInstance(error) && error.code === 'no-critics') return undefined;
    throw error;
  }
}

/** What learns values learns those of the task's discount. */
function discountOf({ config }: Candidate['algorithm'], discount: number) {
  return 'discount' in config.shape ? { discount } : {};
}

/** Plays a policy: its discounted return as far as the log goes, and beyond. */
async function play({ environment, discount, limit }: StudyTask, policy: TrainedPolicy) {
  const [within, beyond]: [number[], number[]] = [[], []];
  const plan = { episodes: Number(options.episodes), record: true };
  for await (const { trajectory } of evaluate(policy, environment, plan)) {
    const sum = (rewards: ArrayLike<number>) =>
      Array.from(rewards).reduceRight((later, reward) => reward + discount * later, 0);
    within.push(sum(trajectory!.rewards.slice(0, limit)));
    beyond.push(sum(trajectory!.rewards));
  }
  return { truth: mean(within), error: standardError(within), beyond: mean(beyond) };
}

/** The control that looks at no reward: how nearly a policy does as the log did. */
async function agreementOf({ data }: PreparedLog, policy: JudgedPolicy): Promise<number> {
  const taken = await policy.act(data.observations as Float32Array);
  const squares = taken.reduce((sum, action, i) => sum + (action - data.actions[i]!) ** 2, 0);
  return -squares / data.size;
}
