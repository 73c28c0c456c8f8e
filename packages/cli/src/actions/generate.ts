import { readPrompts, type Tokenizer } from '@lamo/data';
import {
  type GenerateOptions,
  generateText,
  generateTexts,
  type LoadedGpt2,
  loadGpt2,
  loadTokenizer,
} from '@lamo/models';
import { type DeviceName, openDevice } from '@lamo/runtime';
import { locateModel } from '../language/locate-model';
import { interruptible } from '../terminal/interrupt';
import { showPiece, showResult } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { startProgress } from '../terminal/progress';
import { watchDownloads } from '../terminal/watch-loading';

/** Flags of `lamo generate`. */
export interface GenerateFlags {
  readonly prompt: string;
  readonly prompts?: string;
  readonly samples: number;
  readonly tokens: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Continues texts with a language model. */
export function generate(name: string, flags: GenerateFlags): Promise<void> {
  return interruptible(
    () => {},
    (signal) => generateUntil(signal, name, flags),
  );
}

/** A model that was asked for, and how it is to continue. */
interface Writer {
  readonly name: string;
  readonly model: LoadedGpt2;
  readonly tokenizer: Tokenizer;
  readonly options: GenerateOptions;
  readonly signal: AbortSignal;
}

async function generateUntil(signal: AbortSignal, name: string, flags: GenerateFlags): Promise<void> {
  const { tokens, temperature, topK, topP, seed, threads } = flags;
  const prompts = flags.prompts === undefined ? undefined : await readPrompts(flags.prompts);
  const hub = watchDownloads(signal);
  const folder = locateModel(name);
  const model = await loadGpt2(folder, hub);
  const tokenizer = await loadTokenizer(folder, hub);
  const device = await openDevice(flags.device, {
    ...(threads === undefined ? {} : { threads }),
    onWarning: ({ message }) => printWarning(message),
  });
  const options = {
    ...{ tokens, temperature, seed, device },
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
  };
  const writer = { name, model, tokenizer, options, signal };
  if (prompts === undefined && flags.samples === 1) await writeOne(writer, flags);
  else await writeMany(writer, prompts, flags);
}

/** Shows a text while it is written. */
async function writeOne(writer: Writer, { prompt, seed }: GenerateFlags): Promise<void> {
  const { name, model, tokenizer, options, signal } = writer;
  showPiece(prompt);
  try {
    const completion = await generateText(model, tokenizer, {
      ...options,
      prompt,
      onToken(text) {
        showPiece(text);
        signal.throwIfAborted();
      },
    });
    showResult({ model: name, prompt, completion, seed });
  } finally {
    showPiece('\n');
  }
}

/** Shows all continuations when they are there: of a single prompt as texts, of a file of prompts as JSON lines. */
async function writeMany(
  { name, model, tokenizer, options, signal }: Writer,
  prompts: readonly string[] | undefined,
  { prompt, samples, batchSize, seed }: GenerateFlags,
): Promise<void> {
  const given = prompts ?? [prompt];
  const progress = startProgress({ title: name, total: given.length * samples, unit: 'texts' });
  const all = await generateTexts(model, tokenizer, given, {
    ...{ ...options, samples, batchSize, signal },
    onProgress: progress.update,
  }).finally(progress.stop);
  if (prompts === undefined) {
    const completions = all[0]!;
    const texts = completions.map((text, i) => `--- ${i + 1} of ${samples}\n${prompt}${text}`);
    showResult({ model: name, prompt, completions, seed }, { answer: texts.join('\n') });
    return;
  }
  const rows = given.map((each, i) => ({ prompt: each, completions: all[i]! }));
  const answer = rows.map((row) => JSON.stringify(row)).join('\n');
  showResult({ model: name, seed, prompts: rows }, { answer });
}
