import { createHash } from 'node:crypto';
import {
  type HeldOutExamples,
  type HubOptions,
  holdOutCompletions,
  loadChatTemplate,
  type Tokenizer,
  type TooLong,
} from '@lamo/data';
import { completionSource, type ExampleSource, type Examples, preferenceSource } from './examples';

/** What may be done with examples that are too long. */
export const TOO_LONG: readonly TooLong[] = ['refuse', 'cut-prompt', 'leave-out'];

/** Which prompts and completions, and how they are read. */
export interface CompletionsPlan {
  /** Files of JSON lines, or of Parquet. */
  readonly files: readonly string[];
  readonly promptField: string;
  /** Of pairs that of the better answer. */
  readonly completionField: string;
  /** Field that holds the worse answer, of pairs; left out: there are no pairs. */
  readonly rejectedField?: string | undefined;
  /** Field that holds rewards, where it is not that which is usual. */
  readonly rewardField?: string | undefined;
  /** How messages become text, where not as they are: what `loadChatTemplate` loads. */
  readonly template?: string | undefined;
  /** Share of the examples that are learned, those with the highest rewards; left out: all. */
  readonly top?: number | undefined;
  /** Share of the examples, or files of their own. */
  readonly heldOut: number | readonly string[];
  /** Most tokens of an example. */
  readonly context: number;
  /** What is done with longer ones. */
  readonly tooLong: TooLong;
  /** Held-out prompts that each snapshot completes; left out: none. */
  readonly samplePrompts?: number | undefined;
}

/** Completions to learn from, and others to measure on. */
export interface CompletionSources {
  readonly training: ExampleSource;
  /** Undefined if it is a share of the others. */
  readonly heldOut: ExampleSource | undefined;
  /** Of both, in SHA-256. */
  readonly fingerprint: string;
}

/**
 * Opens the files of a plan.
 *
 * @param tokenizer its folder or name: a template may be its own
 * @throws LamoError what `openCompletions`, `openPreferences` and `loadChatTemplate` throw
 */
export async function openSources(
  plan: Omit<CompletionsPlan, 'context'>,
  tokenizer: string,
  hub: HubOptions,
): Promise<CompletionSources> {
  const { files, heldOut } = plan;
  const { completionField: chosenField, rejectedField } = plan;
  const template = await loadChatTemplate(plan.template ?? 'plain', tokenizer, hub);
  const open = (paths: readonly string[]) =>
    rejectedField === undefined
      ? completionSource(paths, { ...plan, template })
      : preferenceSource(paths, { ...plan, template, chosenField, rejectedField });
  const training = open(files);
  const measured = typeof heldOut === 'number' ? undefined : open(heldOut);
  const hash = createHash('sha256');
  for (const source of [training, measured]) hash.update(`${(await source?.fingerprint()) ?? ''}\n`);
  return { training, heldOut: measured, fingerprint: hash.digest('hex') };
}

/**
 * Tokenises the completions of a plan. Rows of both parts have the length of the longest, so that a model that reads the one reads the other.
 *
 * @throws LamoError what `tokenCompletions`, `tokenPreferences`, `holdOutCompletions` and `topCompletions` throw; the signal's reason if it was aborted
 */
export async function loadCompletions(
  { training, heldOut }: CompletionSources,
  { context, tooLong, heldOut: share, top }: CompletionsPlan,
  tokenizer: Tokenizer,
  signal?: AbortSignal,
): Promise<HeldOutExamples<Examples>> {
  const onProgress = () => signal?.throwIfAborted();
  const load = (source: ExampleSource, learned?: Examples) =>
    source.tokenise(tokenizer, { context, tooLong, onProgress, ...(learned && { learned }) });
  const best = (learned: Examples) => (top === undefined ? learned : learned.best!(top));
  const all = await load(training);
  if (heldOut === undefined) {
    const parts = holdOutCompletions(all, share as number);
    return { ...parts, training: best(parts.training) };
  }
  const measured = await load(heldOut, all);
  return { training: best(all.padTo(measured.length)), heldOut: measured.padTo(all.length) };
}
