import type { Transitions } from './transitions';

/**
 * Cuts transitions into pieces by counting, as scripts do that have lost the time-outs: after a terminated one, or when a
 * piece has `steps` rows. Time-outs are ignored, so the cuts drift where rows were dropped.
 *
 * @param countAfterCut where the counter restarts after a cut; 1 makes all pieces but the first one row shorter
 * @returns one past the last transition of each piece, ascending; rows after the last cut belong to none
 */
export function cutBySteps({ dataset, rows }: Transitions, steps: number, countAfterCut = 0): number[] {
  const ends: number[] = [];
  let count = 0;
  for (const [i, row] of rows.entries()) {
    count++;
    if (dataset.terminated[row] === 0 && count < steps) continue;
    ends.push(i + 1);
    count = countAfterCut;
  }
  return ends;
}
