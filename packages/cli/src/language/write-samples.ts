import type { Completions, Tokenizer } from '@lamo/data';
import { generateBatch, type LoadedGpt2 } from '@lamo/models';
import type { Device } from '@lamo/runtime';

/** What a model makes of a prompt, beside what it was to be. */
export interface WrittenSample {
  readonly prompt: string;
  /** What the model writes: the most likely token, one after another. */
  readonly completion: string;
  /** The completion of the example. */
  readonly wanted: string;
}

/** Least tokens that a model may write, where completions are shorter. */
const LEAST_TOKENS = 32;

/** An example as tokens: all before the completion, or the first of several, and that. */
interface Example {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/** Lets a model complete the first prompts of examples that were held out. @param count how many, or all if there are fewer */
export async function writeSamples(
  model: LoadedGpt2,
  completions: Completions,
  { tokenizer, count, device, signal }: SampleOptions,
): Promise<WrittenSample[]> {
  const examples = Array.from({ length: Math.min(count, completions.examples) }, (_, i) =>
    readExample(completions, i),
  );
  const longest = Math.max(...examples.map(({ completion }) => completion.length));
  const written = await generateBatch(
    model,
    examples.map(({ prompt }) => prompt),
    {
      ...{ tokens: Math.max(longest, LEAST_TOKENS), temperature: 0, device },
      // The last token of a completion ends it.
      endOfText: [...new Set(examples.map(({ completion }) => completion.at(-1)!))],
      ...(signal && { signal }),
    },
  );
  return examples.map(({ prompt, completion }, i) => ({
    prompt: tokenizer.decode(prompt),
    completion: tokenizer.decode(written[i]![0]!.tokens),
    wanted: tokenizer.decode(completion.slice(0, -1)),
  }));
}

/** How {@link writeSamples} writes. */
export interface SampleOptions {
  readonly tokenizer: Tokenizer;
  readonly count: number;
  readonly device: Device;
  readonly signal: AbortSignal | undefined;
}

function readExample(completions: Completions, example: number): Example {
  const { length } = completions;
  const [tokens, mask] = [new Float32Array(length), new Float32Array(length)];
  completions.read(example, { tokens, mask });
  const start = mask.indexOf(1);
  const end = mask.indexOf(0, start);
  return {
    prompt: [...tokens.subarray(0, start)],
    completion: [...tokens.subarray(start, end < 0 ? length : end)],
  };
}
