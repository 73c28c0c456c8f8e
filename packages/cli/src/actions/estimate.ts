import { loadJudgedCheckpoint, trainingHeader } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { type Estimator, estimateFromLog, findEstimator, type LogPart } from '@lamo/eval';
import { type DeviceName, openDevice } from '@lamo/runtime';
import { compareOnLog, type JudgedRun } from '../run/compare-on-log';
import { warnOfEstimates } from '../run/describe-estimates';
import { type BehaviourFinder, behaviourFinder, type JudgingPlan, PolicyOnLog } from '../run/judge-policy';
import {
  appendLogEstimate,
  checkLogEstimates,
  estimateKey,
  type LogEstimateRecord,
  readLogEstimates,
} from '../run/log-estimate-records';
import { openCheckpoint, type PolicyCheckpoint } from '../run/open-checkpoint';
import { type JudgedLogFlags, logOpener, type OpenedLog } from '../run/open-judged-log';
import { describeLogEstimates } from '../terminal/describe-log-estimates';
import { interruptible } from '../terminal/interrupt';
import { showResult, tell } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { watchLoading } from '../terminal/watch-loading';

/** Flags of `lamo evaluate --estimate`. */
export interface EstimateFlags
  extends JudgedLogFlags,
    Omit<JudgingPlan, 'discount' | 'device' | 'signal'>,
    Partial<Pick<JudgingPlan, 'discount'>> {
  readonly estimate: readonly string[];
  readonly device: DeviceName;
}

const WHERE = 'cli/estimate';

/** Estimates by a log alone what the policies of runs are worth, and keeps it in their folders. */
export async function estimateRuns(runs: readonly string[], flags: EstimateFlags): Promise<void> {
  const estimators = chooseEstimators(flags);
  const opened = [...new Set(runs)].map((run) => ({ run, checkpoint: openCheckpoint(run, WHERE) }));
  for (const { checkpoint } of opened) if (checkpoint.folder) checkLogEstimates(checkpoint.folder);
  const discount = flags.discount ?? ownDiscount(opened.map(({ checkpoint }) => checkpoint));
  const device = await openDevice(flags.device, { onWarning: ({ message }) => printWarning(message) });
  const judged = await interruptible(
    () => tell('stopping; what is estimated is kept, and the same command goes on from there'),
    async (signal) => {
      const plan: JudgingPlan = { ...flags, discount, device, signal };
      const tools = { plan, find: behaviourFinder(plan), openLog: logOpener(flags) };
      const judged: JudgedRun[] = [];
      for (const { run, checkpoint } of opened)
        judged.push(await judgeRun(run, checkpoint, estimators, tools));
      return judged;
    },
  );
  show(judged);
}

function show(judged: readonly JudgedRun[]): void {
  const estimates = judged.map(({ run, records }) => ({
    run,
    estimates: records.map(({ draws: _, ...record }) => record),
  }));
  const kept = judged.some(({ isKept }) => isKept)
    ? 'kept in the log-estimates.jsonl of each run; `lamo report` shows them'
    : 'not kept: the checkpoint is not in the folder of a run';
  showResult(
    { runs: estimates, comparisons: compareOnLog(judged) },
    { answer: describeLogEstimates(judged), note: kept },
  );
}

interface Tools {
  readonly plan: JudgingPlan;
  readonly find: BehaviourFinder;
  readonly openLog: (checkpoint: PolicyCheckpoint) => Promise<OpenedLog>;
}

/** Estimates what one policy is worth, by what is quick to find out first: what is there is kept, whatever comes after it. */
async function judgeRun(
  run: string,
  checkpoint: PolicyCheckpoint,
  estimators: readonly Estimator[],
  { plan, find, openLog }: Tools,
): Promise<JudgedRun> {
  const opened = await openLog(checkpoint);
  const judged = { ...checkpoint, name: run };
  const policy = await loadJudgedCheckpoint(opened.log.spec, judged, watchLoading(plan.signal));
  const onLog = new PolicyOnLog(policy, { opened, checkpoint, plan, find });
  const known = new Map(
    (checkpoint.folder ? readLogEstimates(checkpoint.folder) : []).map((line) => [estimateKey(line), line]),
  );
  const quickFirst = [...estimators].sort((a, b) => costOf(a.needs) - costOf(b.needs));
  const records: LogEstimateRecord[] = [];
  for (const estimator of quickFirst) {
    plan.signal.throwIfAborted();
    const about = { step: checkpoint.step, policy: policy.identity, learnedFrom: opened.learnedFrom };
    const record = await estimateBy(estimator, onLog, { about, known, seed: plan.seed });
    if (record === undefined) continue;
    const isNew = known.get(estimateKey(record)) !== record;
    if (isNew && checkpoint.folder) appendLogEstimate(checkpoint.folder, record);
    records.push(record);
  }
  records.sort((a, b) => orderOf(estimators, a) - orderOf(estimators, b));
  return { run, title: checkpoint.algorithm.title, records, isKept: checkpoint.folder !== undefined };
}

const COSTS: Readonly<Record<LogPart, number>> = { critics: 0, densities: 1, networks: 2 };
const costOf = (needs: readonly LogPart[]) => Math.max(...needs.map((need) => COSTS[need]));
const orderOf = (estimators: readonly Estimator[], { estimator }: LogEstimateRecord) =>
  estimators.findIndex(({ name }) => name === estimator);

/** Makes one estimate, or finds it where it was made before. @returns undefined, with a warning, where the policy has no critics to ask */
async function estimateBy(
  { name, needs }: Estimator,
  onLog: PolicyOnLog,
  {
    about,
    known,
    seed,
  }: {
    readonly about: Pick<LogEstimateRecord, 'step' | 'policy' | 'learnedFrom'>;
    readonly known: ReadonlyMap<string, LogEstimateRecord>;
    readonly seed: number;
  },
): Promise<LogEstimateRecord | undefined> {
  const basis = await onLog.basis(needs);
  const found = known.get(estimateKey({ estimator: name, policy: about.policy, basis }));
  if (found !== undefined) return found;
  try {
    const [estimate] = estimateFromLog(await onLog.judgedLog(needs), [name], { seed });
    const fault = needs.includes('networks') ? await faultOf(onLog) : undefined;
    return { ...estimate!, ...(fault && { verdict: 'unusable', fault }), ...about, basis };
  } catch (error) {
    if (!LamoError.isInstance(error) || error.code !== 'no-critics') throw error;
    printWarning(`There is no estimate by ${name}. ${error.message}`);
    return undefined;
  }
}

/** Why what FQE says should not be believed, if there is a reason. */
async function faultOf(onLog: PolicyOnLog): Promise<string | undefined> {
  const { estimate } = await onLog.fitted();
  return warnOfEstimates([{ step: onLog.steps, ...estimate }])[0];
}

function chooseEstimators({ estimate, softmax }: EstimateFlags): Estimator[] {
  const estimators = [...new Set(estimate)].map(findEstimator);
  const other = estimators.find(({ needs }) => needs.some((need) => need !== 'densities'));
  if (softmax !== true || other === undefined) return estimators;
  throw new LamoError({
    where: WHERE,
    code: 'softmax-without-values',
    problem: `${other.title} judges the action that a policy takes, and --softmax is about one that draws`,
    expected: '--softmax with wis, pdis or wpdis alone',
    received: other.name,
    hint: `Leave out --softmax, or ${other.name}.`,
  });
}

/** The discount that the policies were trained with. @throws LamoError `which-discount` if it is not the same for all */
function ownDiscount(checkpoints: readonly PolicyCheckpoint[]): number {
  const own = checkpoints.flatMap(({ checkpoint }) => {
    const { discount } = trainingHeader(checkpoint).config as { readonly discount?: number };
    return discount === undefined ? [] : [discount];
  });
  const different = [...new Set(own)];
  if (different.length < 2) return different[0] ?? 0.99;
  throw new LamoError({
    where: WHERE,
    code: 'which-discount',
    problem:
      'The policies were trained with different discounts, and only estimates with the same one can be compared',
    expected: '--discount',
    received: different.join(' and '),
  });
}
