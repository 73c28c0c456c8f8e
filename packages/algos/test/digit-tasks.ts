import { type Dataset, Rng, type Task } from '@lamo/core';
import { completionsFromRows, type PromptAndCompletion, tokenCompletions } from '@lamo/data';
import type { Checkpoint, Device } from '@lamo/runtime';
import { digits } from '../../../test/plain-tokenizers';
import { instructedTasks, solvedExamples } from '../src/active/text-demonstrations';
import { sft } from '../src/algorithms/sft';
import { train } from '../src/engine/train';

/** Sizes of all texts: instruction, two digits, two digits, end of text, and some room. */
export const sizes = { tokenizer: digits, context: 8 };

/** Two tasks on two digits from 0 to 5, told by 8 and by 99: to copy them, and to say of each the next one. */
export const [copy, next] = instructedTasks(digits, { copy: '8', next: '99' }) as [Task, Task];

/** Solves examples of a task. */
export function solve(task: Task, count: number, seed: number): PromptAndCompletion[] {
  const rng = Rng.fromSeed(seed).split(task.name);
  return Array.from({ length: count }, () => {
    const prompt = [rng.integer(6), rng.integer(6)];
    return { prompt: prompt.join(''), completion: prompt.map((x) => x + Number(task === next)).join('') };
  });
}

/** Shows a task. */
export const showDigits = (task: Task, count = 12, seed = 1): Dataset =>
  solvedExamples(task, solve(task, count, seed), sizes);

/** Trains a small model to copy. */
export async function learnToCopy(device: Device): Promise<Checkpoint> {
  const rows = solve(copy, 60, 7).map(({ prompt, completion }) => ({ prompt: `8${prompt}`, completion }));
  const config = {
    ...{ width: 16, layers: 1, heads: 2, dropout: 0, attentionDropout: 0 },
    ...{ batchSize: 16, learningRate: 0.02, warmupSteps: 10 },
  };
  const data = await tokenCompletions(completionsFromRows(rows), digits, { context: sizes.context });
  const run = await train(sft, data, { steps: 300, every: 300, config, device });
  for await (const _ of run);
  const checkpoint = await run.checkpoint();
  await run.dispose();
  return checkpoint;
}
