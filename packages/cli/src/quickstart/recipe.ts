/** What the quickstart does, as data. */
export interface Recipe {
  readonly environment: string;
  /** Rows of data to collect. */
  readonly rows: number;
  /** Gradient steps of the longest training. */
  readonly steps: number;
  /** Episodes of each evaluation. */
  readonly episodes: number;
  /** How often each policy is evaluated during training, including at the end. */
  readonly evaluations: number;
  /** Lines of metrics from one evaluation to the next. */
  readonly lines: number;
  readonly trainings: readonly Training[];
}

/** One policy of the quickstart. */
export interface Training {
  readonly algorithm: string;
  /** Share of {@link Recipe.steps}. */
  readonly share: number;
  /** Settings that differ from the defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Evaluations during training, if fewer than {@link Recipe.evaluations}. */
  readonly evaluations?: number;
}

/** Short windows and a short warm-up, which suit a thousand steps; a step takes ten times as long as TD3+BC's. */
const sequences = {
  share: 0.05,
  evaluations: 2,
  config: { contextLength: 5, learningRate: 1e-3, warmupSteps: 100 },
};

/**
 * Imitation against learning from rewards, on data whose player was mostly heading elsewhere. BC needs fewer steps: by
 * then its loss has stopped falling. TD3+BC stops at 20,000, which fits the time and was chosen by online evaluations of
 * three seeds: trained on, its score swings on this task (docs/results.md has the numbers).
 */
export const recipe: Recipe = {
  environment: 'maze2d-umaze-v1',
  rows: 100_000,
  steps: 20_000,
  episodes: 100,
  evaluations: 5,
  lines: 10,
  trainings: [
    { algorithm: 'bc', share: 0.3 },
    { algorithm: 'td3-bc', share: 1, config: { transitions: 'd4rl' } },
    { algorithm: 'dt', ...sequences },
    { algorithm: 'lamo', ...sequences },
  ],
};
