import type { LanguageArm, LanguageStudy } from './language-run';

/** A model of two layers that learns a task from some hundred examples. */
export const LANGUAGE_STUDY: LanguageStudy = {
  width: 64,
  layers: 2,
  learningRate: 2e-3,
  batchSize: 32,
  pretrainingSteps: 1200,
  steps: 150,
  examples: 32,
  rounds: 12,
  judged: 30,
  frames: 64,
};

/** Examples of each task before: of every other one. */
export const BEFORE: readonly number[] = [300, 0, 300, 0, 300, 0, 300, 0];

/** What it costs to write as fine-tuned: about 0.1 for each of the 140 tokens of a demonstration. */
export const LANGUAGE_BETA = 16;

const RULES = ['amf', 'uniform', 'round-robin', 'fewest-demonstrations', 'highest-loss', 'largest-variance'];

/** Who is compared; amf also by the mistakes of what acts; and one without a prior, which shows what it keeps. */
export const LANGUAGE_ARMS: readonly LanguageArm[] = [
  ...RULES.map((rule) => ({ rule, beta: LANGUAGE_BETA })),
  { rule: 'amf', beta: LANGUAGE_BETA, selectBy: 'mixture' },
  { rule: 'uniform', beta: null },
];

/** An arm in the words of a table. */
export const nameOfArm = ({ rule, beta, selectBy }: LanguageArm) =>
  [rule, selectBy && 'by the mixture (ours)', beta === null && 'no prior'].filter(Boolean).join(', ');
