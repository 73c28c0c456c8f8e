import type { DeviceName } from '@lamo/runtime';
import { activeFolder, readSettings } from '../active/active-folder';
import { ActiveSession } from '../active/active-session';
import { describeQuestion } from '../active/describe-question';
import { openNamedDevice } from '../devices/open-named-device';
import { withLock } from '../run/lock-run';
import { formatNumberOf } from '../terminal/format';
import { showResult } from '../terminal/output';

/** Flags of `lamo active ask`. */
export interface ActiveAskFlags {
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Says what to show next. */
export function askActive(path: string, flags: ActiveAskFlags): Promise<void> {
  return inSession(path, flags, showQuestion);
}

/** Opens a folder as the only one who works in it. */
export async function inSession(
  path: string,
  flags: ActiveAskFlags,
  work: (session: ActiveSession) => Promise<void>,
): Promise<void> {
  const folder = activeFolder(path);
  readSettings(folder); // locking would make a folder that is not there
  const device = await openNamedDevice(flags);
  await withLock(path, async () => {
    const session = await ActiveSession.open(folder, device);
    try {
      await work(session);
    } finally {
      await session.dispose();
    }
  });
}

/** Shows what a session asks for next. */
export async function showQuestion(session: ActiveSession): Promise<void> {
  const { folder, settings, rounds } = session;
  const question = await session.ask();
  const { round, tasks, candidates, values, isWarmStart } = question;
  const named = values && Object.fromEntries(candidates.map(({ name }, i) => [name, values[i]!]));
  const value = {
    ...{ folder: folder.path, round, rounds: settings.rounds, rule: settings.rule, isWarmStart },
    tasks,
    values: named ?? null,
  };
  const tell = `  lamo active tell ${folder.path} FILE${tasks.length > 1 ? ' …, one for each in this order' : ''}`;
  showResult(value, {
    answer: describeQuestion(question, settings.rule),
    note: `  ${formatNumberOf(settings.rounds - rounds.length, 'round')} left\n${tell}`,
  });
}
