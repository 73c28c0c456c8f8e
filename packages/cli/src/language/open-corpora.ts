import { createHash } from 'node:crypto';
import type { DatasetWarning } from '@lamo/core';
import {
  type DrawnText,
  type HubOptions,
  holdOut,
  openDrawnText,
  openText,
  type TextSource,
  type TokenCorpus,
  type Tokenizer,
  tokenCorpus,
} from '@lamo/data';

/** Which text, and how it is cut. */
export interface TextPlan {
  /** Files, folders, data sets of the hub, or the name of a text that is drawn. */
  readonly sources: readonly string[];
  readonly subset: string | null;
  readonly split: string | null;
  /** Field of JSON lines, or column of Parquet files, that holds the text, if it is not `text`. */
  readonly field?: string | null | undefined;
  /** Share of the blocks, the last ones, or text of its own. */
  readonly heldOut: number | readonly string[];
  /** Tokens per block. */
  readonly context: number;
  /** Permutes the tokens within blocks; null: as they come. */
  readonly shuffleSeed: number | null;
}

/** Text to learn from, and text to measure on. */
export interface Texts {
  readonly training: TextSource;
  /** The training text, if it is one that is drawn. */
  readonly drawn: DrawnText | undefined;
  /** Undefined if it is a share of the training text. */
  readonly heldOut: TextSource | undefined;
  /** Of both, in SHA-256. */
  readonly fingerprint: string;
  /** What is doubtful about them. */
  readonly warnings: readonly DatasetWarning[];
}

/** Both parts as tokens. */
export interface Corpora {
  readonly training: TokenCorpus;
  readonly heldOut: TokenCorpus;
}

/** Opens the text of a plan. @throws LamoError what `openText` throws */
export async function openTexts(
  { sources, subset, split, field, heldOut }: TextPlan,
  hub: HubOptions = {},
): Promise<Texts> {
  const all = { hub, ...(typeof field === 'string' && { field }) };
  const part = { ...(subset !== null && { subset }), ...(split !== null && { split }) };
  const drawn = drawnTextOf(sources);
  const training = drawn ?? (await openText(sources, { ...all, ...part }));
  const measured = typeof heldOut === 'number' ? undefined : await openText(heldOut, all);
  const fingerprints = [await training.fingerprint(), await measured?.fingerprint()];
  const fingerprint = createHash('sha256').update(fingerprints.join('\n')).digest('hex');
  const isSame = fingerprints[0] === fingerprints[1];
  const warnings = isSame ? [measuredOnLearned(training)] : [];
  return { training, drawn, heldOut: measured, fingerprint, warnings };
}

/** Opens the text that sources name, if it is one that is drawn. @throws LamoError what `openDrawnText` throws */
export function drawnTextOf(sources: readonly string[]): DrawnText | undefined {
  return sources.length === 1 ? openDrawnText(sources[0]!) : undefined;
}

function measuredOnLearned({ name }: TextSource): DatasetWarning {
  return {
    code: 'measured-on-learned',
    message: `The held-out text is the text that is learned from, ${name}. What is measured on it says little about new text: hold out other text.`,
  };
}

/**
 * Tokenises the text of a plan, or takes the tokens that were kept when it was tokenised before.
 *
 * @throws LamoError what `tokenCorpus` and `holdOut` throw; the signal's reason if it was aborted
 */
export async function openCorpora(
  { training, heldOut }: Texts,
  plan: TextPlan,
  tokenizer: Tokenizer,
  signal?: AbortSignal,
): Promise<Corpora> {
  const { context, shuffleSeed } = plan;
  const open = (text: TextSource) =>
    tokenCorpus(text, tokenizer, {
      blockLength: context,
      // A short text must not lose the end of every thousand rows.
      rowsPerGroup: 'all',
      ...(shuffleSeed !== null && { shuffleSeed }),
      onProgress: () => signal?.throwIfAborted(),
    });
  const corpus = await open(training);
  if (heldOut === undefined) return holdOut(corpus, plan.heldOut as number);
  return { training: corpus, heldOut: await open(heldOut) };
}
