import { findAlgorithm, type TrainingHeader, trainingHeader } from '@lamo/algos';
import { LamoError } from '@lamo/data';
import { mean } from '@lamo/eval';
import { type Checkpoint, type DeviceName, deviceNames, loadCheckpoint, openDevice } from '@lamo/runtime';
import { type Command, Option } from 'commander';
import { checkFit } from '../run/check-fit';
import { type EvaluationResult, type EvaluationTask, evaluatePolicy } from '../run/evaluate-policy';
import { readJsonLines } from '../run/json-lines';
import { type LocatedCheckpoint, locateCheckpoint } from '../run/locate-checkpoint';
import { readManifest } from '../run/manifest';
import type { EvaluationRecord } from '../run/records';
import { appendEvaluation } from '../run/run-files';
import type { RunFolder } from '../run/run-folder';
import { summariseScores, toUnit, unitOf } from '../scores';
import { formatCount, formatNumber, formatNumberOf } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { startProgress } from '../terminal/progress';
import { addCommonOptions, countOption, seedOption } from './common-options';

interface EvaluateFlags {
  readonly environment?: string;
  readonly episodes: number;
  readonly seed: number;
  readonly record?: boolean;
  readonly device: DeviceName;
}

/** Adds `lamo evaluate`. */
export function addEvaluateCommand(program: Command): void {
  addCommonOptions(program.command('evaluate <run>'))
    .summary('play a trained policy and keep the raw returns')
    .description(
      'Plays the policy of a run (its last checkpoint) or of a checkpoint, and appends the raw returns to the run.',
    )
    .option('--environment <id>', 'where to play (default: the environment that the run was evaluated in)')
    .addOption(countOption('--episodes <count>', 'episodes to play').default(100))
    .addOption(seedOption('what the episodes’ seeds follow from'))
    .option('--record', 'keep what the policy saw, too')
    .addOption(
      new Option('--device <name>', 'where to compute').choices(Object.keys(deviceNames)).default('cpu'),
    )
    .action(evaluateCheckpoint);
}

async function evaluateCheckpoint(run: string, flags: EvaluateFlags): Promise<void> {
  const located = locateCheckpoint(run);
  const checkpoint = loadCheckpoint(located.path);
  const header = trainingHeader(checkpoint);
  const environment = chooseEnvironment(located, flags);
  await checkFit({ name: header.dataset.name, ...header }, environment);
  const { title } = findAlgorithm(header.algorithm);
  const progress = startProgress({ title, total: flags.episodes, unit: 'episodes' });
  try {
    const result = await interruptible(
      () => progress.print('stopping; nothing is written'),
      (signal) => {
        const task = { ...flags, environment, signal, onEpisode: progress.update };
        return playCheckpoint(checkpoint, header, task, flags.device);
      },
    );
    progress.stop();
    if (located.folder !== undefined) appendEvaluation(located.folder, result);
    console.log(describe(title, result.evaluation));
    console.log(describeBudget(located.folder));
  } finally {
    progress.stop();
  }
}

/** The flag's, or the one that the run was evaluated in while it trained. */
function chooseEnvironment({ folder }: LocatedCheckpoint, { environment }: EvaluateFlags): string {
  if (environment !== undefined) return environment.toLowerCase();
  const plan = folder === undefined ? null : readManifest(folder.manifest).evaluation;
  if (plan !== null) return plan.environment;
  throw new LamoError({
    where: 'cli/evaluate',
    code: 'missing-environment',
    problem: 'Nothing says in which environment to evaluate',
    expected: '--environment ID',
    hint: '`lamo list environments` shows all.',
  });
}

async function playCheckpoint(
  { state }: Checkpoint,
  header: TrainingHeader,
  task: EvaluationTask,
  deviceName: DeviceName,
): Promise<EvaluationResult> {
  const device = await openDevice(deviceName);
  const policy = findAlgorithm(header.algorithm).policy.create(device, state, header, header.config);
  try {
    return await evaluatePolicy(policy, header.step, task);
  } finally {
    await policy.dispose();
  }
}

function describe(title: string, { step, environment, seed, returns }: EvaluationRecord): string {
  const summary = summariseScores(toUnit(environment, returns));
  const interval = `95 % interval ${formatNumber(summary.low)} to ${formatNumber(summary.high)}`;
  const middle = `interquartile mean ${formatNumber(summary.interquartileMean)}`;
  const episodes = formatNumberOf(returns.length, 'episode');
  const lines = [
    `${title} after ${formatNumberOf(step, 'step')}, ${episodes} in ${environment} from seed ${seed}`,
    `  ${unitOf(environment)} ${formatNumber(summary.mean)}, ${interval}, ${middle}`,
  ];
  if (unitOf(environment) === 'score') lines.push(`  return ${formatNumber(mean(returns))}`);
  return lines.join('\n');
}

/** Choosing among many evaluations flatters; so it is said how many there were. */
function describeBudget(folder: RunFolder | undefined): string {
  if (folder === undefined) return '  not kept: the checkpoint is not in the folder of a run';
  const evaluations = readJsonLines<EvaluationRecord>(folder.evaluations);
  const episodes = evaluations.reduce((sum, { returns }) => sum + returns.length, 0);
  const count = formatNumberOf(evaluations.length, 'evaluation');
  return `  spent on this run so far: ${count}, ${formatCount(episodes)} episodes`;
}
