import { basename } from 'node:path';
import { type CorpusSpec, hubOptions } from '@lamo/algos';
import type { HubOptions } from '@lamo/data';
import { evaluatePerplexity, loadTokenizer } from '@lamo/models';
import { z } from 'zod';
import type { Settings } from '../run/compare-settings';
import type { RunManifest } from '../run/manifest';
import type { RunObserver } from '../run/open-run';
import type { DataSide, OpenedData } from '../run/side';
import { formatCount, formatNumberOf } from '../terminal/format';
import { checkFingerprint } from './check-fingerprint';
import { NEW_CONTEXT } from './model-defaults';
import { type Corpora, openCorpora, openTexts, type TextPlan, type Texts } from './open-corpora';
import { reopenText } from './reopen-text';

/** What a manifest says of the text that a run learns from. */
export interface CorpusFields {
  readonly text: TextPlan & {
    /** Of all text that is read, in SHA-256. */
    readonly fingerprint: string;
    readonly blocks: number;
    readonly heldOutBlocks: number;
    /** Of a text that is drawn, in nats per token: no loss can be less on average. */
    readonly entropyRate?: number;
  };
  readonly tokenizer: {
    /** Folder or name that it was loaded from; null: trained on the text. */
    readonly from: string | null;
    readonly vocabularySize: number;
    /** How large it was to be, if it was trained; runs of earlier versions do not say. */
    readonly wanted?: number;
  };
}

const count = z.int().positive();

const corpusFields = {
  text: z.looseObject({
    sources: z.array(z.string()).min(1),
    subset: z.string().nullable(),
    field: z.string().nullable().optional(),
    split: z.string().nullable(),
    heldOut: z.union([z.number().min(0).max(1), z.array(z.string()).min(1)], {
      error: 'a share between 0 and 1, or a list of sources',
    }),
    context: count,
    shuffleSeed: z.int().nullable(),
    fingerprint: z.string().min(1),
    blocks: count,
    heldOutBlocks: count,
    entropyRate: z.number().min(0).exactOptional(),
  }),
  tokenizer: z.looseObject({
    from: z.string().nullable(),
    vocabularySize: count,
    wanted: count.exactOptional(),
  }),
};

/** Names files, folders and data sets: the last part of each path. */
export const nameSources = (sources: readonly string[]) =>
  sources.map((source) => basename(source)).join(', ');

/** What of {@link TextPlan.heldOut} matters besides the contents of files. */
export const shareOf = (heldOut: number | readonly string[]) =>
  typeof heldOut === 'number' ? heldOut : null;

/**
 * How a text is read, by the names of the options. The seed of a shuffle follows from that of the run.
 *
 * @param tokenizer where it is from, or how large a vocabulary is learned
 */
export function textSettings(text: TextPlan, tokenizer: string | number): Settings {
  const { sources, subset, split, field, heldOut, context, shuffleSeed } = text;
  return {
    ...{ text: sources, subset, split, textField: field ?? null, context, heldOut },
    shuffleTokens: shuffleSeed !== null,
    ...(typeof tokenizer === 'number' ? { vocabulary: tokenizer } : { tokenizer }),
  };
}

/** Says for what sizes a language model is built, by the spec of text or of completions. */
export const describeVocabulary = (spec: object) =>
  `a vocabulary of ${formatNumberOf((spec as CorpusSpec).vocabularySize, 'token')}`;

/** How the hub is asked, given who looks on. */
export const hubOf = ({ loading, signal }: RunObserver): HubOptions =>
  hubOptions({ ...(signal && { signal }), ...loading });

/** Runs that learn from text. */
export const corpusSide: DataSide = {
  fields: corpusFields,
  summarise(manifest) {
    const { text, tokenizer } = manifest as RunManifest & CorpusFields;
    const { sources, fingerprint, blocks, heldOutBlocks, context, heldOut, subset, split, entropyRate } =
      text;
    const isShuffled = text.shuffleSeed !== null;
    return {
      name: nameSources(sources),
      kind: 'text',
      facts: `${formatCount(blocks)} blocks of ${formatCount(context)} tokens, ${formatCount(heldOutBlocks)} more held out, SHA-256 ${fingerprint.slice(0, 16)}…`,
      heldOut: formatNumberOf(heldOutBlocks, 'held-out block'),
      ...(entropyRate !== undefined && { leastLoss: entropyRate }),
      // The seed of a shuffle follows from that of the run; by their files, since paths may be anything.
      key: JSON.stringify([fingerprint, context, isShuffled, tokenizer.vocabularySize, shareOf(heldOut)]),
      reading: {
        ...(subset !== null && { subset }),
        ...(split !== null && { split }),
        ...(context !== NEW_CONTEXT && { context }),
        ...(isShuffled && { tokens: 'shuffled' }),
        ...(tokenizer.from === null && { vocabulary: tokenizer.vocabularySize }),
      },
    };
  },
  hash: (manifest) => (manifest as RunManifest & CorpusFields).text.fingerprint,
  settings(manifest) {
    const { text, tokenizer } = manifest as RunManifest & CorpusFields;
    const { from, vocabularySize, wanted = vocabularySize } = tokenizer;
    return textSettings(text, from ?? wanted);
  },
  describeSizes: describeVocabulary,
  async reopen({ folder, manifest }, moved, observer) {
    const { text } = manifest as RunManifest & CorpusFields;
    const texts = await reopenText(moved, () => openTexts(text, hubOf(observer)));
    checkFingerprint({
      code: 'text-mismatch',
      subject: `The text of ${text.sources.join(', ')} is`,
      expected: text.fingerprint,
      received: texts.fingerprint,
    });
    const tokenizer = await loadTokenizer(folder.tokenizer);
    return openedCorpora(await openCorpora(texts, text, tokenizer, observer.signal), texts);
  },
};

/** What a run learns from, and is measured on. */
export function openedCorpora({ training, heldOut }: Corpora, { warnings }: Texts): OpenedData {
  return {
    data: training,
    warnings,
    measure: (model, device, signal) => evaluatePerplexity(model, heldOut, { device, signal }),
  };
}
