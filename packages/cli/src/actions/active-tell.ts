import { joinTask } from '@lamo/algos';
import { type Dataset, LamoError, type Task } from '@lamo/core';
import { observationParts } from '@lamo/data';
import type { ActiveSession } from '../active/active-session';
import { datasetReading, openDataset, type ReadingFlags } from '../run/open-dataset';
import { formatNumberOf, formatSignificant } from '../terminal/format';
import { showResult } from '../terminal/output';
import { type ActiveAskFlags, inSession, showQuestion } from './active-ask';

/** Flags of `lamo active tell`. */
export interface ActiveTellFlags extends ActiveAskFlags, ReadingFlags {
  /** A task that nobody can show. */
  readonly cannot?: string;
}

/** Learns from files of demonstrations, or that there are none. */
export function tellActive(path: string, files: readonly string[], flags: ActiveTellFlags): Promise<void> {
  return inSession(path, flags, async (session) => {
    if (flags.cannot !== undefined) {
      if (files.length > 0) throw both(files);
      await session.skip(flags.cannot);
      return showQuestion(session);
    }
    const { tasks } = await session.ask();
    if (files.length !== tasks.length) throw otherCount(tasks, files);
    const shown: Dataset[] = [];
    for (const [i, file] of files.entries())
      shown.push(sayTask(await openDataset(file, datasetReading(flags)), tasks[i]!, session.told));
    return learn(session, shown);
  });
}

async function learn(session: ActiveSession, shown: readonly Dataset[]): Promise<void> {
  const { round, asked, losses, mixing } = await session.tell(shown);
  const { folder, settings } = session;
  const left = settings.rounds - session.rounds.length;
  const demonstrations = shown.reduce((sum, { episodeEnds }) => sum + episodeEnds.length, 0);
  const value = { folder: folder.path, round, asked, demonstrations, losses, mixing, roundsLeft: left };
  const table = Object.entries(losses).map(
    ([name, loss]) => `  ${formatSignificant(loss).padStart(9)}  ${name}`,
  );
  const next = left > 0 ? `lamo active ask ${folder.path}` : `lamo active report ${folder.path}`;
  showResult(value, {
    answer: [
      `learned ${formatNumberOf(demonstrations, 'demonstration')} of ${asked.join(', ')}; losses now:`,
      ...table,
    ].join('\n'),
    note: `  policy ${folder.policy}\n  ${formatNumberOf(left, 'round')} left: ${next}`,
  });
}

/** Writes the task behind observations that do not say it: those of whoever showed it know nothing of codes. */
function sayTask(dataset: Dataset, task: Task, { part, observationSize }: ActiveSession['told']): Dataset {
  const { code } = task;
  const isTold = Object.hasOwn(observationParts(dataset), part.name);
  const isImages = dataset.observationSpace?.kind === 'image';
  const fits = dataset.observationSize + code.length === observationSize && part.end === observationSize;
  if (isTold || isImages || !fits) return dataset;
  const data = Float32Array.from({ length: dataset.size * code.length }, (_, i) => code[i % code.length]!);
  const { nextObservations: _, ...columns } = dataset;
  const said = { ...columns, infos: { [part.name]: { width: code.length, data } } };
  return { ...joinTask(said, { task: part.name, taskClasses: null }), infos: {} };
}

function otherCount(tasks: readonly Task[], files: readonly string[]): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'not-answered',
    problem: 'Every task that was asked for needs a file of its own, in the same order',
    expected: `${formatNumberOf(tasks.length, 'file')}: ${tasks.map(({ name }) => name).join(', ')}`,
    received: files.length === 0 ? 'none' : files.join(', '),
    hint: 'If nobody can show a task, say so: --cannot NAME.',
  });
}

function both(files: readonly string[]): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'invalid-flags',
    problem: '--cannot says that there is nothing to learn from',
    expected: 'either files or --cannot',
    received: files.join(', '),
  });
}
