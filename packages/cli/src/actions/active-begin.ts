import { findSelectionRule } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { type ListedTask, tasksSchema } from '../active/active-folder';
import { beginActive, checkFree, openPretrained, type TuningFlags } from '../active/begin-active';
import { readJsonFile } from '../run/json-file';
import { formatNumberOf } from '../terminal/format';
import { showResult } from '../terminal/output';

/** Flags of `lamo active begin`. */
export interface ActiveBeginFlags extends TuningFlags {
  readonly policy: string;
  readonly tasks?: string;
  readonly pretrained?: readonly number[];
}

/** Makes the folder of an active fine-tuning whose demonstrations somebody else gives. */
export async function beginAsking(flags: ActiveBeginFlags): Promise<void> {
  const { policy, out, rule, pretrained = null } = flags;
  findSelectionRule(rule);
  checkFree(out);
  const listed = flags.tasks === undefined ? undefined : readTasks(flags.tasks);
  const { checkpoint, width } = openPretrained(policy, listed?.[0]?.code.length);
  const tasks = listed ?? numberedTasks(width);
  if (pretrained !== null && pretrained.length !== tasks.length) throw otherCounts(tasks.length, pretrained);
  beginActive(flags, { set: null, tasks, checkpoint, policy, episodes: 0, pretrained });
  const value = { folder: out, tasks: tasks.map(({ name }) => name) };
  showResult(value, {
    answer: `${out}: ${formatNumberOf(tasks.length, 'task')}`,
    note: `  lamo active ask ${out}`,
  });
}

/** Reads a file that lists tasks. @throws LamoError `invalid-tasks` */
function readTasks(path: string): readonly ListedTask[] {
  const kind = 'a list of tasks: [{"name": "kettle", "code": [1, 0]}, …]';
  const tasks = readJsonFile(path, tasksSchema, { kind, code: 'invalid-tasks' });
  const names = tasks.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalidTasks(path, 'different names', `'${twice}' twice`);
  const size = tasks[0]!.code.length;
  const odd = tasks.find(({ code }) => code.length !== size);
  if (odd !== undefined)
    throw invalidTasks(path, `codes of ${size} numbers`, `${odd.code.length} of '${odd.name}'`);
  return tasks;
}

/** Tasks that are told by a 1 among zeros. */
function numberedTasks(count: number): ListedTask[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `task ${i}`,
    code: Array.from({ length: count }, (_, k) => Number(k === i)),
    weight: 1,
  }));
}

function invalidTasks(path: string, expected: string, received: string): LamoError {
  const problem = `${path} does not tell its tasks apart`;
  return new LamoError({ where: 'cli/active', code: 'invalid-tasks', problem, expected, received });
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
