import { LamoError } from '@lamo/core';
import { demonstrate, findTaskSet, mean, type TaskSet } from '@lamo/eval';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { activeFolder, type RoundRecord, readSettings } from '../active/active-folder';
import { ActiveSession } from '../active/active-session';
import {
  beginActive,
  checkFree,
  checkTuning,
  type OpenedPolicy,
  openPretrained,
  pretrainOn,
  type TuningFlags,
} from '../active/begin-active';
import { checkPolicyFits } from '../active/check-policy-fits';
import { refuseSettled } from '../commands/refuse-settled';
import { openNamedDevice } from '../devices/open-named-device';
import { withLock } from '../run/lock-run';
import { formatNumberOf, formatSignificant } from '../terminal/format';
import { explainInterruption, interruptible } from '../terminal/interrupt';
import { OUTPUT_FLAGS, showResult } from '../terminal/output';
import { type Progress, startProgress } from '../terminal/progress';

/** Flags of `lamo active run`. */
export interface ActiveRunFlags extends TuningFlags {
  readonly policy?: string;
  readonly pretrained: readonly number[];
  readonly pretrainingSteps: number;
  readonly episodes: number;
  readonly resume?: string;
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Fine-tunes a policy actively, with the expert of a task set. */
export async function runActive(
  name: string | undefined,
  flags: ActiveRunFlags,
  command: Command,
): Promise<void> {
  const { resume, policy } = flags;
  if (resume !== undefined) {
    if (name !== undefined)
      command.error(`error: --resume ${resume} has its task set, ${name} would be ignored`);
    refuseSettled(command, resume, ANEW);
    return goOn(resume, flags);
  }
  if (policy !== undefined && isGiven(command, 'pretrainingSteps'))
    command.error(
      `error: --pretraining-steps is for a policy that is trained first; ${policy} is there already`,
    );
  if (name === undefined) throw noSet();
  await begin(name, flags, policy === undefined || isGiven(command, 'pretrained'));
  return goOn(flags.out, flags);
}

/** Options that may differ when it goes on. */
const ANEW = ['resume', 'device', 'threads', 'verbose', ...OUTPUT_FLAGS];

const isGiven = (command: Command, name: string) => command.getOptionValueSource(name) === 'cli';

/** @param isCounted whether it is known how often each task was shown before */
async function begin(name: string, flags: ActiveRunFlags, isCounted: boolean): Promise<void> {
  const { out, policy, pretrainingSteps: steps, seed, episodes } = flags;
  const set = findTaskSet(name);
  checkFree(out);
  const counts = countsFor(set.tasks.length, flags.pretrained);
  const pretrained = isCounted ? counts : null;
  checkTuning(flags, { episodes, pretrained });
  const opened = policy === undefined ? undefined : await openFor(set, policy);
  const tasks = set.tasks.map((task) => ({ name: task.name, code: [...task.code], weight: 1 }));
  const said = policy ?? `${steps} steps on ${counts.join(', ')} demonstrations`;
  await withLock(out, async () => {
    const train = async () => pretrainOn(set, counts, { seed, steps, device: await openNamedDevice(flags) });
    const checkpoint = opened?.checkpoint ?? (await train());
    beginActive(flags, { set: name, tasks, checkpoint, policy: said, episodes, pretrained });
  });
}

/** Opens the policy to begin with, if it is one for these tasks. */
async function openFor(set: TaskSet, policy: string): Promise<OpenedPolicy> {
  const opened = openPretrained(policy, set.tasks[0]!.code.length);
  await checkPolicyFits(set, opened.spec, policy);
  return opened;
}

async function goOn(path: string, flags: ActiveRunFlags): Promise<void> {
  const folder = activeFolder(path);
  const settings = readSettings(folder);
  if (settings.set === null) throw noExpert(path);
  const device = await openNamedDevice(flags);
  await withLock(path, async () => {
    const session = await ActiveSession.open(folder, device);
    try {
      await interruptible(
        () => {},
        (signal) => playRounds(session, signal),
      );
    } catch (error) {
      const how = `Go on by 'lamo active run --resume ${path}'.`;
      throw explainInterruption(
        error,
        `Stopped after ${session.rounds.length} of ${settings.rounds} rounds`,
        how,
      );
    } finally {
      await session.dispose();
    }
    showRounds(session);
  });
}

async function playRounds(session: ActiveSession, signal: AbortSignal): Promise<void> {
  const set = session.set!;
  const { rounds, rule } = session.settings;
  const progress = startProgress({ title: `${set.name}, ${rule}`, total: rounds, unit: 'rounds' });
  try {
    progress.update(session.rounds.length);
    while (!session.isOver) {
      signal.throwIfAborted();
      const { tasks } = await session.ask();
      const shown = [];
      for (const [i, task] of tasks.entries())
        shown.push(await demonstrate(set, task, { ...session.requestFor(i), signal }));
      report(progress, await session.tell(shown));
      progress.update(session.rounds.length);
    }
  } finally {
    progress.stop();
  }
}

function report(progress: Progress, record: RoundRecord): void {
  const loss = mean(Object.values(record.losses));
  progress.print(
    `round ${record.round + 1}: ${record.asked.join(', ')}  ${describeScore(record)}  loss ${formatSignificant(loss)}`,
  );
}

function describeScore({ successes, returns }: RoundRecord): string {
  if (successes !== null) return `success ${(100 * mean(Object.values(successes))).toFixed(0)} %`;
  return returns === null ? '' : `return ${formatSignificant(mean(Object.values(returns)))}`;
}

function showRounds({ folder, rounds, settings }: ActiveSession): void {
  const last = rounds.at(-1);
  const value = { folder: folder.path, rule: settings.rule, rounds };
  const score = last === undefined ? '' : describeScore(last);
  const answer = `${score || 'learned'} after ${formatNumberOf(rounds.length, 'round')}`;
  showResult(value, { answer, note: `  policy ${folder.policy}\n  lamo active report ${folder.path}` });
}

/** One count for each task, or the same for all. */
function countsFor(tasks: number, given: readonly number[]): readonly number[] {
  const counts = given.length === 1 ? Array<number>(tasks).fill(given[0]!) : given;
  const isRight =
    counts.length === tasks && counts.every((count) => Number.isSafeInteger(count) && count >= 0);
  if (isRight && counts.some((count) => count > 0)) return counts;
  throw new LamoError({
    where: 'cli/active',
    code: 'invalid-flags',
    problem: '--pretrained says how many demonstrations of each task the policy begins with',
    expected: `one whole number, or ${tasks}, of which some are above 0`,
    received: given.join(','),
  });
}

function noSet(): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'invalid-flags',
    problem: 'It is not said which tasks there are',
    expected: 'a task set, or --resume FOLDER',
    received: 'neither',
    hint: '`lamo list tasks` shows the sets.',
  });
}

function noExpert(path: string): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'no-expert',
    problem: `The tasks of ${path} are shown by somebody else`,
    expected: 'a folder that `lamo active run` began',
    received: 'one of `lamo active begin`',
    hint: `'lamo active ask ${path}' says what to show, 'lamo active tell ${path} FILE' takes it.`,
  });
}
