import { iqLearn, sft, train } from '@lamo/algos';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { mean, selfBleu } from '@lamo/eval';
import { generateBatch, type LoadedGpt2 } from '@lamo/models';
import { type Device, openDevice } from '@lamo/runtime';
import { permutations, permutationTokenizer } from '../../../packages/algos/test/permutation-task';
import { LEARNERS } from './learners';

const CONFIG = {
  ...{ batchSize: 32, learningRate: 1e-3, warmupSteps: 50, dropout: 0, attentionDropout: 0 },
  ...{ width: 64, layers: 2, heads: 4 },
};

// There are 210 sets of four of ten letters: no prompt is in two parts, and none twice.
const prompts = [
  ...new Map(permutations({ prompts: 5000, answers: 3, seed: 0 }).map((row) => [row.prompt, row])).keys(),
];
const answers = permutations({ prompts: 5000, answers: 3, seed: 1 });

/** Prompts that no training sees. */
export const ASKED = prompts.slice(100, 160);

/** Prompts that examples may be of. */
export const LEARNED = [...prompts.slice(0, 100), ...prompts.slice(160)];

/** Some right answers to prompts, drawn with replacement, as tokens. */
export const tokenAnswers = (to: readonly string[], count: number) => {
  const rows = to.flatMap((prompt) => answers.filter((row) => row.prompt === prompt).slice(0, count));
  return tokenCompletions(completionsFromRows(rows), permutationTokenizer, { context: 12 });
};

/** One thread: products so small are not worth sharing. */
export const openTaskDevice = () => openDevice('cpu', { threads: 1 });

/** A training of a learner, by its name. */
export interface TaskTraining {
  readonly steps: number;
  /** Steps between two looks. */
  readonly every: number;
  readonly seed: number;
  readonly device: Device;
}

/** Begins to train a learner on examples. */
export function startLearner(
  name: string,
  examples: Awaited<ReturnType<typeof tokenAnswers>>,
  training: TaskTraining,
) {
  const { algorithm, config } = LEARNERS[name]!;
  return algorithm === 'sft'
    ? train(sft, examples, { ...training, config: { ...CONFIG, ...config } })
    : train(iqLearn, examples, { ...training, config: { ...CONFIG, imitationSteps: 100, ...config } });
}

/** How answers are sampled. */
export interface AnswerSampling {
  readonly temperature: number;
  /** Answers to each prompt. */
  readonly samples: number;
  readonly seed: number;
  readonly device: Device;
}

/** Samples answers to the prompts of {@link ASKED}: how many are right, and how different they are. */
export async function sampleAnswers(model: LoadedGpt2, { samples, ...sampling }: AnswerSampling) {
  const made = await generateBatch(
    model,
    ASKED.map((prompt) => permutationTokenizer.encode(prompt)),
    {
      ...{ samples, tokens: 6, ...sampling, batchSize: 240, measure: true },
      endOfText: [permutationTokenizer.endOfText],
    },
  );
  const perPrompt = made.map((continuations, i) => {
    const goal = ASKED[i]!.slice(0, 4);
    const texts = continuations.map(({ tokens, end }) =>
      end === undefined ? '' : permutationTokenizer.decode(tokens),
    );
    const valid = texts.filter((text) => [...text].sort().join('') === goal);
    const draws = continuations.flatMap(({ draws }) => draws!);
    return {
      valid: valid.length / samples,
      distinct: new Set(valid).size,
      selfBleu: selfBleu(
        continuations.slice(0, 10).map(({ tokens }) => tokens),
        { n: 3 },
      ),
      entropy: mean(draws.map(({ entropy }) => entropy)),
    };
  });
  const meanOf = (key: keyof (typeof perPrompt)[number]) => round(mean(perPrompt.map((each) => each[key])));
  return {
    ...{ temperature: sampling.temperature, valid: meanOf('valid'), distinct: meanOf('distinct') },
    ...{ selfBleu: meanOf('selfBleu'), entropy: meanOf('entropy') },
  };
}

export function round(value: number): number {
  return Number(value.toFixed(4));
}
