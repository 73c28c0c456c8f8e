import { findSelectionRule } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import type { ListedTask } from '../active/active-folder';
import {
  beginActive,
  checkFree,
  checkTuning,
  openPretrained,
  type TuningFlags,
} from '../active/begin-active';
import { readTasks } from '../active/read-tasks';
import { withLock } from '../run/lock-run';
import { formatNumberOf } from '../terminal/format';
import { showResult } from '../terminal/output';

/** Flags of `lamo active begin`. */
export interface ActiveBeginFlags extends TuningFlags {
  readonly policy: string;
  readonly tasks?: string;
  /** That reads their sentences. */
  readonly languageModel?: string;
  readonly pretrained?: readonly number[];
}

/** Makes the folder of an active fine-tuning whose demonstrations somebody else gives. */
export async function beginAsking(flags: ActiveBeginFlags): Promise<void> {
  const { policy, out, rule, pretrained = null, tasks: file, languageModel } = flags;
  findSelectionRule(rule);
  checkTuning(flags, { episodes: 0, pretrained });
  checkFree(out);
  if (file === undefined && languageModel !== undefined) throw noSentences(languageModel);
  const listed = file === undefined ? undefined : await readTasks(file, languageModel);
  const { checkpoint, width, isNumbered } = openPretrained(policy, listed?.[0]?.code.length);
  if (listed === undefined && !isNumbered) throw notNumbered(policy);
  const tasks = listed ?? numberedTasks(width);
  if (pretrained !== null && pretrained.length !== tasks.length) throw otherCounts(tasks.length, pretrained);
  const beginning = { set: null, tasks, checkpoint, policy, episodes: 0, pretrained };
  await withLock(out, async () => beginActive(flags, beginning));
  const value = { folder: out, tasks: tasks.map(({ name }) => name) };
  showResult(value, {
    answer: `${out}: ${formatNumberOf(tasks.length, 'task')}`,
    note: `  lamo active ask ${out}`,
  });
}

/** Tasks that are told by a 1 among zeros. */
function numberedTasks(count: number): ListedTask[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `task ${i}`,
    code: Array.from({ length: count }, (_, k) => Number(k === i)),
    weight: 1,
  }));
}

function noSentences(model: string): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'invalid-flags',
    problem: `--language-model ${model} has no sentences to read`,
    expected: '--tasks FILE with sentences',
    received: 'no --tasks',
  });
}

function notNumbered(policy: string): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'invalid-flags',
    problem: `The policy in ${policy} is told vectors, so its tasks cannot be listed for it`,
    expected: '--tasks FILE, or a policy that was trained with --task-classes',
    received: 'neither',
    hint: 'A file lists them: [{"name": "kettle", "code": [0.3, 1.2]}, …], or with a "sentence" in place of the code.',
  });
}

function otherCounts(expected: number, received: readonly number[]): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'invalid-flags',
    problem: '--pretrained says how often each task was shown before',
    expected: `${expected} numbers`,
    received: received.join(','),
  });
}
