import type { KeptRuns } from '../kept-runs';

/** What is known of a task: a file of `results/few-data`, to which finished runs are added. */
export type FewDataResults = KeptRuns<FewDataSettings, FewDataRun>;

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

/** Puts runs in one order: variants as given, then ratios, then seeds. */
export function sortRuns(runs: readonly FewDataRun[], variants: readonly string[]): FewDataRun[] {
  const place = ({ variant }: FewDataRun) => variants.indexOf(variant);
  return [...runs].sort((a, b) => place(a) - place(b) || b.ratio - a.ratio || a.seed - b.seed);
}
