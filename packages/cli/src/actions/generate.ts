import { askingText, loadChatTemplate, readPrompts } from '@lamo/data';
import { type GenerateOptions, generateText, generateTexts } from '@lamo/models';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { openNamedDevice } from '../devices/open-named-device';
import { checkNamed, type LanguageModel, loadLanguageModel } from '../language/load-language-model';
import { type SamplingFlags, samplingOf } from '../language/sampling-flags';
import { interruptible } from '../terminal/interrupt';
import { showPiece, showResult } from '../terminal/output';
import { startProgress } from '../terminal/progress';
import { watchDownloads } from '../terminal/watch-loading';

/** Flags of `lamo generate`. */
export interface GenerateFlags extends SamplingFlags {
  readonly adapter?: string;
  readonly prompt: string;
  readonly prompts?: string;
  /** How prompts become what is read. @default as they are */
  readonly template?: string;
  readonly samples: number;
  readonly temperature: number;
  readonly batchSize: number;
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Continues texts with a language model. */
export function generate(name: string | undefined, flags: GenerateFlags, command: Command): Promise<void> {
  checkNamed(command, { model: name, adapter: flags.adapter });
  return interruptible(
    () => {},
    (signal) => generateUntil(signal, name, flags),
  );
}

/** A model that was asked for, and how it is to continue. */
interface Writer extends LanguageModel {
  /** Writes a prompt as the model is asked. */
  readonly ask: (prompt: string) => string;
  readonly options: GenerateOptions;
  readonly signal: AbortSignal;
}

async function generateUntil(
  signal: AbortSignal,
  name: string | undefined,
  flags: GenerateFlags,
): Promise<void> {
  const prompts = flags.prompts === undefined ? undefined : await readPrompts(flags.prompts);
  const named = { model: name, adapter: flags.adapter };
  const hub = watchDownloads(signal);
  const loaded = await loadLanguageModel(named, hub);
  const template = await loadChatTemplate(flags.template ?? 'plain', loaded.tokenizerFrom, hub);
  const ask = (prompt: string) => askingText(template, prompt);
  const device = await openNamedDevice(flags);
  const options = { ...samplingOf(flags), temperature: flags.temperature, device };
  const writer = { ...loaded, ask, options, signal };
  if (prompts === undefined && flags.samples === 1) await writeOne(writer, flags);
  else await writeMany(writer, prompts, flags);
}

/** Shows a text while it is written. */
async function writeOne(writer: Writer, { prompt, seed }: GenerateFlags): Promise<void> {
  const { name, model, tokenizer, ask, options, signal } = writer;
  showPiece(ask(prompt));
  try {
    const completion = await generateText(model, tokenizer, {
      ...options,
      prompt: ask(prompt),
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
  { name, model, tokenizer, ask, options, signal }: Writer,
  prompts: readonly string[] | undefined,
  { prompt, samples, batchSize, seed }: GenerateFlags,
): Promise<void> {
  const given = prompts ?? [prompt];
  const progress = startProgress({ title: name, total: given.length * samples, unit: 'texts' });
  const all = await generateTexts(model, tokenizer, given.map(ask), {
    ...{ ...options, samples, batchSize, signal },
    onProgress: progress.update,
  }).finally(progress.stop);
  if (prompts === undefined) {
    const completions = all[0]!;
    const texts = completions.map((text, i) => `--- ${i + 1} of ${samples}\n${ask(prompt)}${text}`);
    showResult({ model: name, prompt, completions, seed }, { answer: texts.join('\n') });
    return;
  }
  const rows = given.map((each, i) => ({ prompt: each, completions: all[i]! }));
  const answer = rows.map((row) => JSON.stringify(row)).join('\n');
  showResult({ model: name, seed, prompts: rows }, { answer });
}
