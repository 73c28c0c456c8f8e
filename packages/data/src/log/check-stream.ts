import type { EpisodeOptions } from './arrange-episodes';
import type { Roles } from './log-columns';
import { logError } from './log-error';

/**
 * Refuses whatever says that a log has episodes, or how they end, where all its rows are one stream that goes on.
 *
 * @throws LamoError `option-not-used`
 */
export function checkStream(
  path: string,
  { episode: [episode] }: Pick<Roles, 'episode'>,
  { continuing = false, oneStep = false, ends }: EpisodeOptions,
): void {
  if (!continuing) return;
  const other =
    episode !== undefined
      ? `"${episode}", which names the episode of each row`
      : oneStep
        ? 'that each row is an episode (--one-step, `oneStep`)'
        : ends === undefined
          ? undefined
          : `that episodes are ${ends} (--ends, \`ends\`)`;
  if (other === undefined) return;
  throw logError('option-not-used', `${path} cannot both have episodes and be one stream that goes on`, {
    expected: 'one of the two',
    received: `--continuing, \`continuing\`, and ${other}`,
    hint:
      episode === undefined
        ? 'Leave one of them out.'
        : 'If nothing is cut between those rows, say that no column names episodes (--episode none, `columns.episode: null`); if each value is a stream of its own, leave out that they go on, and say that each was cut (--ends truncated, `ends`).',
  });
}
