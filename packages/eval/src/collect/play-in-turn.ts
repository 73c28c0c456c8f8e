import type { Dataset } from '@lamo/core';
import { countFinishedEpisodes, joinDatasets, selectEpisodes } from '@lamo/data';
import type { EnvironmentEntry } from '../define-environment';
import { collectDataset } from './collect-dataset';
import type { CollectTask, Player } from './collector';

/**
 * Lets players collect, one after the other, with an equal part of the rows for each. As D4RL joins its data, every part but the last ends
 * with a finished episode; the rows that are lost by that go to those who follow.
 */
export async function playInTurn(
  players: readonly Player[],
  environment: EnvironmentEntry,
  task: CollectTask,
): Promise<Dataset> {
  const parts: Dataset[] = [];
  let done = 0;
  for (const [i, player] of players.entries()) {
    const left = players.length - i;
    const rows = Math.ceil((task.rows - done) / left);
    const onProgress = (played: number) => task.onProgress?.(done + played);
    const part = await play(player, environment, { ...task, rows, onProgress });
    const kept = left === 1 ? part : onlyFinished(part);
    if (kept === undefined) continue;
    parts.push(kept);
    done += kept.size;
  }
  return parts.length === 1 ? parts[0]! : joinDatasets(environment.spec.id, parts);
}

async function play(
  { policy, open }: Player,
  environment: EnvironmentEntry,
  { noise, ...task }: CollectTask,
): Promise<Dataset> {
  const { spec } = environment;
  const player = await policy(spec, { seed: task.seed, noise });
  const source = open === undefined ? environment : () => open(spec);
  return collectDataset(player, source, { ...task, name: spec.id });
}

/** Undefined if no episode is. */
function onlyFinished(dataset: Dataset): Dataset | undefined {
  const count = countFinishedEpisodes(dataset);
  return count === 0 ? undefined : selectEpisodes(dataset, [...Array(count).keys()]);
}
