import {
  ActiveFineTuning,
  type ActiveRound,
  findSelectionRule,
  instructedTasks,
  LanguageLearner,
  type LanguageLearnerOptions,
  sft,
  solvedExamples,
  train,
} from '@lamo/algos';
import { Rng, type Task } from '@lamo/core';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { drawTexts, letterTasks, mean, type SolvedText, shareSolved } from '@lamo/eval';
import { type Checkpoint, type Device, openDevice } from '@lamo/runtime';
import { letterTokenizer } from './letter-tokenizer';

/** What the study fixes. */
export interface LanguageStudy {
  readonly width: number;
  readonly layers: number;
  readonly learningRate: number;
  readonly batchSize: number;
  /** Steps before the first round, and of a round. */
  readonly pretrainingSteps: number;
  readonly steps: number;
  /** Solved examples of a demonstration. */
  readonly examples: number;
  /** Rounds after each task was asked for once. */
  readonly rounds: number;
  /** Prompts of each task that are judged, and never shown. */
  readonly judged: number;
  /** Tokens of a demonstration that selections look at. */
  readonly frames: number;
}

/** One run. */
export interface LanguageRun {
  readonly rule: string;
  /** β of the adaptive prior; null without it. */
  readonly beta: number | null;
  /** See `LanguageLearnerOptions`. */
  readonly selectBy?: 'mixture';
  /** Solved examples of each task before the first round. */
  readonly before: readonly number[];
  readonly seed: number;
  /** Mean share of the judged prompts that is solved: before, after each task was shown once, and after each round. */
  readonly solved: readonly number[];
  /** The same for each task, at the end. */
  readonly solvedAtEnd: readonly number[];
  /** Positions of the tasks that the rule asked for. */
  readonly asked: readonly number[];
  /** Mean weight of what was fine-tuned, over the tasks, at the end. */
  readonly mixing: number;
}

/** One row of a table: how runs of it are made, but for the seed. */
export type LanguageArm = Pick<LanguageRun, 'rule' | 'beta' | 'selectBy'>;

/** All tasks are told by one character, so texts are short. */
const CONTEXT = 12;
const tasks = instructedTasks(
  letterTokenizer,
  Object.fromEntries(letterTasks.map(({ name, instruction }) => [name, instruction])),
);
const targets = tasks.map((task) => ({ task }));
const round = (value: number) => Number(value.toFixed(4));

/** A model before the first round, and each task once. It is the same for all rules, and made once. */
export interface LanguageStart {
  readonly options: Omit<LanguageLearnerOptions, 'beta'>;
  readonly judged: readonly (readonly SolvedText[])[];
  readonly before: readonly number[];
  readonly seed: number;
  readonly first: ActiveRound;
  readonly state: ReturnType<LanguageLearner['state']>;
}

/** Trains a model on examples of some tasks, and shows it each task once. */
export async function startLanguage(
  study: LanguageStudy,
  before: readonly number[],
  seed: number,
): Promise<LanguageStart> {
  const device = await openDevice('cpu', { threads: 1 });
  const judged = letterTasks.map((task) =>
    drawTexts(task, study.judged, Rng.fromSeed(seed).split(`judged ${task.name}`)),
  );
  const pretrained = await pretrain(study, before, judged, seed, device);
  const { steps, learningRate, batchSize } = study;
  const options = { pretrained, device, tokenizer: letterTokenizer, seed, steps, learningRate, batchSize };
  const learner = await LanguageLearner.open(options);
  const rule = findSelectionRule('uniform');
  const tuning = new ActiveFineTuning({ learner, targets, rule, perRound: tasks.length, seed });
  const first = await tell(tuning, learner, study, judged);
  const state = learner.state();
  await learner.dispose();
  return { options, judged, before, seed, first, state };
}

/** Goes on from there by one rule. */
export async function runLanguage(
  study: LanguageStudy,
  { options, judged, before, seed, first, state }: LanguageStart,
  arm: LanguageArm,
): Promise<LanguageRun> {
  const { rule, beta, selectBy } = arm;
  const learner = await LanguageLearner.open({ ...options, beta, ...(selectBy && { selectBy }) });
  const judge = async () => {
    const shares = [];
    for (const [i, texts] of judged.entries()) {
      const prompts = texts.map(({ prompt }) => prompt);
      shares.push(shareSolved(texts, await learner.complete(tasks[i]!, prompts)));
    }
    return shares;
  };
  let shares = await judge();
  const solved = [round(mean(shares))];
  await learner.restore(state, first.demonstrations);
  const tuning = new ActiveFineTuning({
    ...{ learner, targets, rule: findSelectionRule(rule), seed, frames: study.frames, pretrained: before },
  });
  tuning.resume([first]);
  shares = await judge();
  solved.push(round(mean(shares)));
  for (let i = 0; i < study.rounds; i++) {
    await tell(tuning, learner, study, judged);
    shares = await judge();
    solved.push(round(mean(shares)));
  }
  const mixing = round(mean(learner.mixing.map(({ weight }) => weight)));
  await learner.dispose();
  const asked = tuning.rounds.slice(1).flatMap((past) => past.tasks.map((task) => tasks.indexOf(task)));
  return { ...arm, before, seed, solved, solvedAtEnd: shares.map(round), asked, mixing };
}

/** Has the tasks that are asked for solved, each for texts that were not judged. */
async function tell<Points>(
  tuning: ActiveFineTuning<Points>,
  learner: LanguageLearner,
  { examples }: LanguageStudy,
  judged: LanguageStart['judged'],
): Promise<ActiveRound> {
  const { tasks: asked } = await tuning.ask();
  const shown = tuning.demonstrations.length;
  const solve = (task: Task, i: number) => {
    const position = tasks.indexOf(task);
    const rng = Rng.fromSeed(tuning.requestFor(shown + i).seed).split(task.name);
    const texts = drawTexts(letterTasks[position]!, examples, rng, judged[position]!);
    return solvedExamples(task, texts, learner.sizes);
  };
  return tuning.tell(asked.map(solve));
}

async function pretrain(
  { width, layers, learningRate, batchSize, pretrainingSteps: steps }: LanguageStudy,
  before: readonly number[],
  judged: LanguageStart['judged'],
  seed: number,
  device: Device,
): Promise<Checkpoint> {
  const rng = Rng.fromSeed(seed).split('before');
  const rows = letterTasks.flatMap((task, i) =>
    drawTexts(task, before[i]!, rng.split(task.name), judged[i]!).map(({ prompt, completion }) => ({
      prompt: task.instruction + prompt,
      completion,
    })),
  );
  const data = await tokenCompletions(completionsFromRows(rows), letterTokenizer, { context: CONTEXT });
  const config = { width, layers, learningRate, batchSize, dropout: 0, attentionDropout: 0 };
  const run = await train(sft, data, { steps, every: steps, seed, config, device });
  for await (const _ of run);
  const checkpoint = await run.checkpoint();
  await run.dispose();
  return checkpoint;
}
