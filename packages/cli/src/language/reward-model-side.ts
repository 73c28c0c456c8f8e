import type { RunGroup } from '../report/run-group';
import { formatCount, formatSignificant } from '../terminal/format';
import { modelSide } from './model-side';
import { type PreferenceRecord, preferencesOf } from './preference-records';
import { seedTable } from './seed-table';
import type { SnapshotMeasure } from './snapshot-measure';

/** How well a reward model tells better answers from worse ones. */
const preferenceMeasure: SnapshotMeasure<PreferenceRecord> = {
  records: 'preferences.jsonl',
  lines: preferencesOf,
  tells: 'says how well they tell better answers from worse ones that were held out',
  word: ({ step, accuracy, loss }, { heldOut }) =>
    `step ${formatCount(step)}  accuracy ${formatSignificant(100 * accuracy)} %  (loss ${formatSignificant(loss)}, ${heldOut})`,
  summarise(last) {
    const { loss = null, accuracy = null, margin = null, pairs = null } = last ?? {};
    return { loss, accuracy, margin, pairs };
  },
  describeSeeds: (group: RunGroup) =>
    [
      group.label,
      seedTable(group, ['accuracy', 'loss'], ({ preferences }) => {
        const last = preferences.at(-1);
        return last && [`${formatSignificant(100 * last.accuracy)} %`, formatSignificant(last.loss)];
      }),
    ].join('\n'),
};

/** Runs that end with a reward model, and take snapshots of it on their way. */
export const rewardModelSide = modelSide(preferenceMeasure);
