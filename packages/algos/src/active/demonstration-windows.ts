import { findPart } from '../ingredients/observation-part';
import type { SequenceConfig } from '../ingredients/sequence/sequence-config';
import { SequenceMemory, type WindowName } from '../ingredients/sequence/sequence-memory';
import { type DatasetSpec, datasetSizes } from '../kinds/dataset';
import type { LabelledRow } from './demonstration';

/** What a sequence model sees at a step of a demonstration: arrays of one window, as policies take them. */
export type DemonstrationWindow = Readonly<Record<WindowName, Float32Array>>;

/** What windows are made for. */
export interface WindowSettings {
  readonly spec: DatasetSpec;
  readonly config: SequenceConfig;
  /** The part of observations that says the task. */
  readonly part: string;
}

/**
 * Computes what a policy would see at steps of demonstrations, had it done until there what was shown, told another task, and asked for the
 * return that the demonstration had.
 *
 * @returns a window for each row, in their order
 */
export function demonstrationWindows(
  rows: readonly LabelledRow[],
  settings: WindowSettings,
): DemonstrationWindow[] {
  const windows: DemonstrationWindow[] = [];
  let at = 0;
  while (at < rows.length) {
    const { demonstration, task } = rows[at]!;
    let end = at + 1;
    // Rows of a demonstration follow one another, the earliest first.
    while (end < rows.length && isLater(rows[end]!, rows[end - 1]!)) end += 1;
    windows.push(...replay({ demonstration, task }, rows.slice(at, end), settings));
    at = end;
  }
  return windows;
}

function isLater(row: LabelledRow, before: LabelledRow): boolean {
  return row.demonstration === before.demonstration && row.task === before.task && row.row > before.row;
}

/** Goes through a demonstration once, and keeps what is seen at some of its rows. */
function replay(
  { demonstration, task }: Pick<LabelledRow, 'demonstration' | 'task'>,
  kept: readonly LabelledRow[],
  { spec, config, part }: WindowSettings,
): DemonstrationWindow[] {
  const { observations, observationSize, actions, actionSize, rewards } = demonstration.dataset;
  const { start } = findPart(demonstration.dataset, part);
  const memory = new SequenceMemory(datasetSizes(spec), config, [
    rewards.reduce((sum, reward) => sum + reward, 0),
  ]);
  const windows: DemonstrationWindow[] = [];
  for (let row = 0; windows.length < kept.length; row++) {
    const seen = Float32Array.from(observations.subarray(row * observationSize, (row + 1) * observationSize));
    seen.set(task.code, start);
    memory.observe(seen, Float32Array.of(row === 0 ? 0 : rewards[row - 1]!));
    if (kept[windows.length]!.row === row) windows.push(copyOf(memory.arrays));
    memory.remember(actions.slice(row * actionSize, (row + 1) * actionSize));
  }
  return windows;
}

function copyOf(arrays: DemonstrationWindow): DemonstrationWindow {
  const copies = Object.entries(arrays).map(([name, values]) => [name, values.slice()]);
  return Object.fromEntries(copies) as DemonstrationWindow;
}
