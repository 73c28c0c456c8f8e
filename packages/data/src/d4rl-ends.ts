import type { DatasetWarning } from '@lamo/core';
import { checkCount, LamoError, showValue } from '@lamo/core';
import type { Hdf5Column } from './hdf5-column';
import type { Hdf5File } from './hdf5-file';

/** What a D4RL file does not say about where its episodes end. */
export interface D4rlEndsOptions {
  /**
   * Time limit of the environment, for files without `timeouts` (D4RL's v0 sets). Without it such a file is one
   * stream, cut only where `terminals` says so: nothing is guessed, and the dataset's `warnings` say so.
   */
  readonly maxEpisodeSteps?: number;
  /**
   * How rows are counted against {@link maxEpisodeSteps}: from the first of each episode, or as D4RL's loaders do, for results
   * that can be compared with theirs. Those count the row after a terminated one as the second, so that an episode that reaches the limit
   * after a terminated one loses its last row to the next.
   * @default 'exact'
   */
  readonly stepCounting?: 'exact' | 'd4rl';
  /**
   * Ignores `timeouts`. In maze2d sets they mark that the collector chose a new goal, not that the episode ended:
   * the point mass moves on. @default false
   */
  readonly continuing?: boolean;
}

/**
 * Tells which rows are truncated.
 *
 * @param terminated [N] @param timeouts [N] what the file says, if it does
 * @throws LamoError `out-of-range`
 */
export function truncatedRows(
  terminated: ArrayLike<number>,
  timeouts: ArrayLike<number> | undefined,
  { continuing = false, maxEpisodeSteps, stepCounting = 'exact' }: D4rlEndsOptions,
): ArrayLike<number> {
  if (maxEpisodeSteps !== undefined) checkCount('data/d4rl', 'maxEpisodeSteps', maxEpisodeSteps);
  if (!Object.hasOwn(CUTS, stepCounting)) {
    throw new LamoError({
      where: 'data/d4rl',
      code: 'out-of-range',
      problem: '`stepCounting` must be one of the ways to count steps',
      expected: Object.keys(CUTS).join(' or '),
      received: showValue(stepCounting),
    });
  }
  if (continuing) return new Uint8Array(terminated.length);
  return timeouts ?? CUTS[stepCounting](terminated, maxEpisodeSteps ?? Number.POSITIVE_INFINITY);
}

/**
 * Warns where episodes may run into one another, or where an option about their ends has no effect.
 *
 * @param terminated [N] @param truncated [N] as {@link truncatedRows} gives it
 */
export function endWarnings(
  file: Hdf5File,
  terminated: ArrayLike<number>,
  truncated: ArrayLike<number>,
  options: D4rlEndsOptions,
): DatasetWarning[] {
  const { continuing = false, maxEpisodeSteps } = options;
  const hasTimeouts = file.columns.has('timeouts');
  const unused = unusedWarnings(file.path, hasTimeouts, options);
  if (continuing) return unused;
  const missed = [...file.columns].flatMap(([key, column]) =>
    OTHER_NAMES.has(key) ? missedEnds(file.path, column, terminated, truncated) : [],
  );
  if (hasTimeouts || maxEpisodeSteps !== undefined || missed.length > 0) return [...missed, ...unused];
  const fact = `${file.path} has no \`timeouts\`: episodes that were cut by a time limit are joined with the next one, and their returns added up`;
  const hint =
    'Give the limit (--max-episode-steps, `maxEpisodeSteps`), or say that there was none (--continuing, `continuing`).';
  return [...unused, { code: 'no-timeouts', message: `${fact}. ${hint}` }];
}

/** Warns of options about time limits that have no effect. */
function unusedWarnings(
  path: string,
  hasTimeouts: boolean,
  { continuing = false, maxEpisodeSteps, stepCounting }: D4rlEndsOptions,
): DatasetWarning[] {
  const reason = continuing ? 'its episodes continue (--continuing, `continuing`)' : 'it has `timeouts`';
  if (maxEpisodeSteps !== undefined) {
    if (!continuing && !hasTimeouts) return [];
    const counting = stepCounting === undefined ? '' : ', nor how steps are counted against it';
    const message = `The limit of ${maxEpisodeSteps} steps has no effect on ${path}: ${reason}${counting}. Leave it out.`;
    return [{ code: 'limit-not-used', message }];
  }
  if (stepCounting === undefined) return [];
  const message = `How steps are counted (--step-counting, \`stepCounting\`) has no effect on ${path}: there is no limit (--max-episode-steps, \`maxEpisodeSteps\`) to count them against.`;
  return [{ code: 'counting-not-used', message }];
}

/** Names that other programs give to the ends of episodes. */
const OTHER_NAMES: ReadonlySet<string> = new Set([
  ...['done', 'dones', 'terminal', 'terminated', 'terminations', 'is_terminal', 'is_last'],
  ...['timeout', 'truncated', 'truncation', 'truncations', 'episode_end', 'episode_ends', 'ends', 'last'],
]);

function missedEnds(
  path: string,
  column: Hdf5Column,
  terminated: ArrayLike<number>,
  truncated: ArrayLike<number>,
): DatasetWarning[] {
  const rows = terminated.length;
  const isPerRow =
    column.kind === 'numbers' && column.shape[0] === rows && column.shape.every((n, i) => i === 0 || n === 1);
  const hint =
    'Write time-outs as `timeouts` and true ends as `terminals`; if the episodes continue there, pass --continuing (`continuing`).';
  const code = 'ends-not-read';
  if (!isPerRow) {
    return [
      {
        code,
        message: `\`${column.key}\` of ${path} is not read, although its name suggests that it marks ends of episodes. ${hint}`,
      },
    ];
  }
  const marked = column.read((numbers) => Uint8Array.from(numbers as ArrayLike<number>, (n) => (n ? 1 : 0)));
  const missed = marked.reduce((sum, mark, i) => sum + (mark && !terminated[i] && !truncated[i] ? 1 : 0), 0);
  if (missed === 0) return [];
  const fact = `\`${column.key}\` of ${path} is not read, but marks ${missed} of ${rows} rows at which neither \`terminals\` nor \`timeouts\` ends an episode`;
  return [{ code, message: `${fact}. ${hint}` }];
}

const CUTS: Readonly<Record<NonNullable<D4rlEndsOptions['stepCounting']>, typeof cutAtStepLimit>> = {
  exact: cutAtStepLimit,
  d4rl: cutAsD4rl,
};

/** Marks the last row within the limit of each episode, unless it is terminated. */
function cutAtStepLimit(terminated: ArrayLike<number>, maxEpisodeSteps: number): Uint8Array {
  const truncated = new Uint8Array(terminated.length);
  let steps = 0;
  for (let row = 0; row < terminated.length; row++) {
    steps++;
    if (terminated[row] === 0 && steps < maxEpisodeSteps) continue;
    if (terminated[row] === 0) truncated[row] = 1;
    steps = 0;
  }
  return truncated;
}

/**
 * Marks the rows at which D4RL's loaders see a time-out in files that have no `timeouts`. Their step counter restarts
 * at 0 after a time-out but, incremented once more, at 1 after a terminal; that is kept, for equal results.
 */
function cutAsD4rl(terminated: ArrayLike<number>, maxEpisodeSteps: number): Uint8Array {
  const truncated = new Uint8Array(terminated.length);
  let step = 0;
  for (let row = 0; row < terminated.length; row++) {
    if (step === maxEpisodeSteps - 1) {
      truncated[row] = 1;
      step = 0;
    } else {
      step = terminated[row] === 0 ? step + 1 : 1;
    }
  }
  return truncated;
}
