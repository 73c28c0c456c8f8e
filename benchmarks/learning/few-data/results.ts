import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '@lamo/core';

/** What is known of a task: a file of `results/few-data`, to which finished runs are added. */
export interface FewDataResults {
  readonly settings: FewDataSettings;
  readonly runs: readonly FewDataRun[];
}

/** What all runs of a file have in common: those of other settings cannot be added. */
export interface FewDataSettings {
  readonly task: string;
  readonly environment: string;
  readonly dataset: { readonly rows: number; readonly episodes: number };
  /** Mean score of the episodes in the data. */
  readonly behaviourScore: number;
  /** Gradient steps of sequence models, of the others, and of pre-training. */
  readonly steps: number;
  readonly transitionSteps: number;
  readonly pretrainingSteps: number;
  /** What the sequence models are told, and the backbones. */
  readonly sequences: string;
  readonly backbones: string;
}

/** A run that is finished. */
export interface FewDataRun {
  readonly variant: string;
  /** Share of the episodes. */
  readonly ratio: number;
  readonly seed: number;
  readonly evaluations: readonly {
    readonly step: number;
    readonly score: number;
    /** Of each episode. */
    readonly returns: readonly number[];
  }[];
}

/** Reads the file at `path`. @returns no runs if there is none. @throws Error if those that are there had other settings */
export function readResults(path: string, settings: FewDataSettings): FewDataRun[] {
  if (!existsSync(path)) return [];
  const known = JSON.parse(readFileSync(path, 'utf8')) as FewDataResults;
  if (JSON.stringify(known.settings) !== JSON.stringify(settings)) {
    const both = [known.settings, settings].map((each) => JSON.stringify(each, null, 1)).join('\nand now\n');
    throw new Error(`${path} has runs of other settings; choose another folder with --results:\n${both}`);
  }
  return [...known.runs];
}

/** Writes the file at `path`, a line for each run, in one order: variants as given, then ratios, then seeds. */
export function writeResults(
  path: string,
  { settings, runs }: FewDataResults,
  variants: readonly string[],
): void {
  const place = ({ variant }: FewDataRun) => variants.indexOf(variant);
  const sorted = [...runs].sort((a, b) => place(a) - place(b) || b.ratio - a.ratio || a.seed - b.seed);
  const lines = sorted.map((run) => `  ${JSON.stringify(run)}`).join(',\n');
  writeFileAtomic(path, `{\n "settings": ${JSON.stringify(settings)},\n "runs": [\n${lines}\n ]\n}\n`);
}
