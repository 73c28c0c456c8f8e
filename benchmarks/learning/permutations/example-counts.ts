/** Learners that are compared, by their names among `LEARNERS`. */
export const COMPARED = ['mle', 'z-loss', 'iq-0.5-1'];

/** Right answers to each prompt that are learned, drawn with replacement. */
export const PER_PROMPT = [2, 7, 20];

/** Steps at which models are measured. */
export const LOOKS = [250, 500, 1000, 2000, 3000];

/** What one training came to on the way. */
export interface CountRun {
  readonly name: string;
  readonly perPrompt: number;
  readonly examples: number;
  readonly seed: number;
  readonly curve: readonly {
    readonly step: number;
    /** Mean negative log-likelihood of a token of right answers to prompts that were not seen, in nats. */
    readonly heldOutLoss: number;
    /** Share of 10 samples at temperature 1 that are right. */
    readonly valid: number;
    /** Different right answers among them. */
    readonly distinct: number;
  }[];
}
