import { type Dataset, LamoError, showValue } from '@lamo/core';
import type { LogOptions, LogReading } from '../log/read-log';
import type { ReadD4rlOptions } from '../read-d4rl';
import type { Place } from './place';

/** Options of `readDataset`. Not every format can use every one; one that cannot says so. */
export interface ReadDatasetOptions extends ReadD4rlOptions {
  /**
   * Names of the parts of observations that are read, where the format stores parts apart (Minari, robomimic); they are put side by side in this
   * order. @default all, in the order of the file
   */
  readonly observationParts?: readonly string[];
  /** Which columns are what in a log of one's own: CSV, JSON lines, Parquet. */
  readonly log?: LogOptions;
  /** Is told how the columns of a log of one's own were read. */
  readonly onLog?: (reading: LogReading) => void;
}

/** A format of files or folders with a dataset. */
export interface DatasetFormat {
  /** For humans: `Minari`. */
  readonly name: string;
  /** Tells from its name and first bytes whether something has this format; whether it is whole is for {@link read} to say. */
  readonly recognises: (place: Place) => boolean;
  /** Options that have no meaning here, and why: `{ continuing: 'its episodes are stored apart' }`. @default none */
  readonly unused?: Readonly<Partial<Record<keyof ReadDatasetOptions, string>>>;
  /** Whether its columns have names that {@link ReadDatasetOptions.log} can speak of. @default false */
  readonly hasColumns?: boolean;
  readonly read: (path: string, options: ReadDatasetOptions) => Promise<Dataset>;
}

/** A format that is recognised and not read: its error says what to do. */
export function notRead(name: string, recognises: (place: Place) => boolean, hint: string): DatasetFormat {
  const read = async (path: string): Promise<never> => {
    throw new LamoError({
      where: 'data/formats',
      code: 'format-not-read',
      problem: `${path} is in the format of ${name}, which is not read`,
      hint,
    });
  };
  return { name, recognises, read };
}

/** Why a format that stores each episode apart does not need to be told where episodes end. */
export const STORED_APART: NonNullable<DatasetFormat['unused']> = {
  maxEpisodeSteps: 'its episodes are stored apart',
  stepCounting: 'its episodes are stored apart',
  continuing: 'its episodes are stored apart',
};

/** How the command line calls options, where it calls them otherwise. */
const FLAGS: Readonly<Partial<Record<keyof ReadDatasetOptions, string>>> = {
  infos: '--without-infos',
  actionSpace: '--action-classes',
  log: '--observation, --action, --reward and others that name columns',
};

/**
 * Refuses options that a format cannot use: the data would not be what was asked for.
 *
 * @throws LamoError `option-not-used`
 */
export function refuseUnused(
  { unused = {}, hasColumns = false }: Pick<DatasetFormat, 'unused' | 'hasColumns'>,
  path: string,
  options: ReadDatasetOptions,
): void {
  const all = hasColumns ? unused : { log: 'it says itself which columns are what', ...unused };
  for (const [option, why] of Object.entries(all)) {
    const key = option as keyof ReadDatasetOptions;
    if (options[key] === undefined) continue;
    const flag = FLAGS[key] === undefined ? '' : ` (${FLAGS[key]})`;
    throw new LamoError({
      where: 'data/formats',
      code: 'option-not-used',
      problem: `\`${key}\`${flag} means nothing for ${path}: ${why}`,
      received: showValue(options[key]),
      hint: 'Leave it out.',
    });
  }
}

/** Refuses options about where episodes end, of a file that says so itself. @throws LamoError `option-not-used` */
export function refuseEnds(path: string, options: ReadDatasetOptions, why: string): void {
  const unused = { maxEpisodeSteps: why, stepCounting: why, continuing: why };
  refuseUnused({ unused }, path, options);
}
