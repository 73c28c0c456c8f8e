/** Who is compared. The penalties without a look ahead are the controls of what IQLearn's coupling of tokens adds. */
export const LEARNERS: Readonly<Record<string, Learner>> = {
  mle: { title: 'MLE', algorithm: 'sft', config: {} },
  entropy: { title: 'MLE + entropy 0.05', algorithm: 'sft', config: { entropyWeight: 0.05 } },
  smoothing: { title: 'MLE, labels smoothed by 0.1', algorithm: 'sft', config: { labelSmoothing: 0.1 } },
  'z-loss': { title: 'MLE + z-loss 0.1', algorithm: 'sft', config: { zLossWeight: 0.1 } },
  ...Object.fromEntries(
    [0, 1].flatMap((discount) =>
      [0.1, 0.5, 1].map((residualWeight) => [
        `iq-${residualWeight}-${discount}`,
        {
          title: `IQLearn, λ ${residualWeight}${discount === 0 ? ', γ 0' : ''}`,
          algorithm: 'iq-learn',
          config: { residualWeight, discount },
        },
      ]),
    ),
  ),
};

interface Learner {
  readonly title: string;
  readonly algorithm: 'sft' | 'iq-learn';
  readonly config: Readonly<Record<string, number>>;
}

export const TEMPERATURES = [0.5, 0.7, 1, 1.6];

/** What one training came to. */
export interface PermutationRun {
  /** A key of {@link LEARNERS}. */
  readonly name: string;
  readonly seed: number;
  /** Mean negative log-likelihood of a token of right answers to prompts that were not seen, in nats. */
  readonly heldOutLoss: number;
  readonly frontier: readonly {
    readonly temperature: number;
    /** Share of 20 samples that are right. */
    readonly valid: number;
    /** Different right answers among them. */
    readonly distinct: number;
    /** Self-BLEU of ten samples: up to 3 letters, one added to the counts above one letter. */
    readonly selfBleu: number;
    /** Mean entropy of a token at temperature 1, in nats. */
    readonly entropy: number;
  }[];
}
