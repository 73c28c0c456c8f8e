import { basename } from 'node:path';
import { findAlgorithm } from '@lamo/algos';
import { mean } from '@lamo/eval';
import { describeEstimateLine } from '../run/describe-estimates';
import type { OpenRun, RunObserver } from '../run/open-run';
import type { EvaluationRecord, MetricsRecord } from '../run/records';
import { sidesOf } from '../run/run-sides';
import { toUnit, unitOf } from '../scores';
import {
  formatCount,
  formatNumber,
  formatNumberOf,
  formatSignificant,
  formatTarget,
  inWords,
} from './format';
import { type Progress, type ProgressOptions, printAbove } from './progress';
import type { Watch } from './watch';

/** Shows a run on the terminal: a bar, and a line for each evaluation. */
export interface RunWatch extends Watch {
  readonly observer: RunObserver;
}

/** Starts to watch a run. @param start creates the bar */
export function watchRun(start: (options: ProgressOptions) => Progress): RunWatch {
  let open: OpenRun | undefined;
  let progress: Progress | undefined;
  const print = (line: string) => printAbove(progress, line);
  return {
    observer: {
      onStart(run) {
        open = run;
        const { manifest, training } = run;
        const title = `${findAlgorithm(manifest.algorithm).title} seed ${manifest.seed}`;
        progress = start({ title, total: manifest.steps, done: training.step, unit: 'steps' });
        if (training.step > 0) print(`goes on after step ${formatCount(training.step)}`);
      },
      onStep: (step) => progress?.update(step),
      onMetrics: (record) => progress?.remark(describeMetrics(open!, record)),
      onPreparation: print,
      onEvaluationStart: () => progress?.pause('evaluating'),
      onEvaluation: (evaluation) => print(describeEvaluation(evaluation)),
      onEstimateStart: () => progress?.pause('estimating'),
      onEstimate: (record) => print(describeEstimateLine(record)),
      onSnapshotStart: () => progress?.pause('measuring the model'),
      onSnapshot(record) {
        const { data, result } = sidesOf(open!.manifest.algorithm);
        print(result.wordSnapshot!(record, data.summarise(open!.manifest)));
      },
    },
    run: () => open,
    result: () => {
      const { result } = sidesOf(open!.manifest.algorithm);
      return basename(result.pathIn(open!.folder));
    },
    print,
    stop: () => progress?.stop(),
  };
}

/** How many metrics fit behind a bar. */
const METRICS_SHOWN = 2;

/** The first metrics of an algorithm, its losses: `critic loss 0.0123 (held out 0.0150)  actor loss −1.2`. */
function describeMetrics({ manifest }: OpenRun, { metrics, heldOut = {} }: MetricsRecord): string {
  const names = Object.keys(findAlgorithm(manifest.algorithm).metrics).filter((name) => name in metrics);
  return names
    .slice(0, METRICS_SHOWN)
    .map((name) => {
      const apart = name in heldOut ? ` (held out ${formatSignificant(heldOut[name]!)})` : '';
      return `${inWords(name)} ${formatSignificant(metrics[name]!)}${apart}`;
    })
    .join('  ');
}

/** One evaluation in one line: `step 5,000  score 81.3  (10 episodes in maze2d-umaze-v1)`. */
function describeEvaluation({ step, environment, targetReturn, returns }: EvaluationRecord): string {
  const value = formatNumber(mean(toUnit(environment, returns)));
  const episodes = formatNumberOf(returns.length, 'episode');
  const target = targetReturn === null ? '' : `, target return ${formatTarget(targetReturn)}`;
  return `step ${formatCount(step)}  ${unitOf(environment)} ${value}  (${episodes} in ${environment}${target})`;
}
