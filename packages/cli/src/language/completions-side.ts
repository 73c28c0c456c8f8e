import type { HeldOutExamples } from '@lamo/data';
import { loadTokenizer } from '@lamo/models';
import { z } from 'zod';
import type { Settings } from '../run/compare-settings';
import type { RunManifest } from '../run/manifest';
import type { DataSide, OpenedData } from '../run/side';
import { formatCount, formatNumberOf } from '../terminal/format';
import { checkFingerprint } from './check-fingerprint';
import { type CorpusFields, describeVocabulary, hubOf, nameSources, shareOf } from './corpus-side';
import type { Examples } from './examples';
import {
  type CompletionSources,
  type CompletionsPlan,
  loadCompletions,
  openSources,
  TOO_LONG,
} from './load-completions';
import { reopenText } from './reopen-text';
import { type SampleOptions, writeSamples } from './write-samples';

/** What a manifest says of the prompts and completions that a run learns from. */
export interface CompletionsFields extends Pick<CorpusFields, 'tokenizer'> {
  readonly completions: CompletionsPlan & {
    /** Of all files that are read, in SHA-256. */
    readonly fingerprint: string;
    readonly examples: number;
    readonly heldOutExamples: number;
  };
}

const count = z.int().positive();

const completionsFields = {
  completions: z.looseObject({
    files: z.array(z.string()).min(1),
    promptField: z.string(),
    completionField: z.string(),
    rejectedField: z.string().optional(),
    rewardField: z.string().optional(),
    template: z.string().min(1).optional(),
    top: z.number().gt(0).max(1).optional(),
    heldOut: z.union([z.number().min(0).max(1), z.array(z.string()).min(1)], {
      error: 'a share between 0 and 1, or a list of files',
    }),
    context: count,
    tooLong: z.enum(TOO_LONG),
    samplePrompts: z.int().min(0).optional(),
    fingerprint: z.string().min(1),
    examples: count,
    heldOutExamples: count,
  }),
  tokenizer: z.looseObject({ from: z.string().nullable(), vocabularySize: count }),
};

/** Runs that learn from examples. @param noun what one of them is called */
const examplesSide = (kind: string, noun: string): DataSide => ({
  fields: completionsFields,
  summarise(manifest) {
    const { completions, tokenizer } = manifest as RunManifest & CompletionsFields;
    const { files, fingerprint, examples, heldOutExamples, context, tooLong, heldOut, top } = completions;
    return {
      name: nameSources(files),
      kind,
      facts: `${formatNumberOf(examples, noun)}, ${formatCount(heldOutExamples)} more held out, SHA-256 ${fingerprint.slice(0, 16)}…`,
      heldOut: formatNumberOf(heldOutExamples, `held-out ${noun}`),
      key: JSON.stringify([fingerprint, context, tooLong, tokenizer.vocabularySize, shareOf(heldOut)]),
      reading: {
        ...(tooLong !== 'refuse' && { context, tooLong }),
        ...(top !== undefined && { top }),
      },
    };
  },
  hash: (manifest) => (manifest as RunManifest & CompletionsFields).completions.fingerprint,
  settings(manifest) {
    const { completions, tokenizer } = manifest as RunManifest & CompletionsFields;
    return completionsSettings(completions, tokenizer.from!);
  },
  describeSizes: describeVocabulary,
  async reopen({ folder, manifest }, moved, observer) {
    const { completions } = manifest as RunManifest & CompletionsFields;
    const sources = await reopenText(moved, () =>
      openSources(completions, folder.tokenizer, hubOf(observer)),
    );
    checkFingerprint({
      code: 'completions-mismatch',
      subject: `The contents of ${completions.files.join(', ')} are`,
      expected: completions.fingerprint,
      received: sources.fingerprint,
    });
    const tokenizer = await loadTokenizer(folder.tokenizer);
    const loaded = await loadCompletions(sources, completions, tokenizer, observer.signal);
    return openedCompletions(loaded, sources, { tokenizer, count: completions.samplePrompts ?? 0 });
  },
});

/** Runs that learn from prompts with completions. */
export const completionsSide = examplesSide('completions', 'example');

/** Runs that learn from pairs of answers. */
export const preferencesSide = examplesSide('preferences', 'pair');

/** How completions are read, by the names of the options. */
export function completionsSettings(plan: CompletionsPlan, tokenizer: string): Settings {
  const { files: completions, promptField, completionField, rejectedField, rewardField, template } = plan;
  const { heldOut, context, tooLong, top, samplePrompts } = plan;
  const answers =
    rejectedField === undefined
      ? { completionField, rewardField }
      : { chosenField: completionField, rejectedField };
  const fields = { promptField, ...answers, template };
  return { completions, ...fields, heldOut, context, tooLong, top, samplePrompts, tokenizer };
}

/**
 * What a run learns from, and is measured on.
 *
 * @param samples how many held-out prompts are completed, and how their tokens become text
 */
export function openedCompletions(
  { training, heldOut }: HeldOutExamples<Examples>,
  sources: CompletionSources,
  samples: Pick<SampleOptions, 'tokenizer' | 'count'>,
): OpenedData {
  return {
    data: training.data,
    // Those of the training are told by the training itself.
    warnings: sources.heldOut === undefined ? [] : heldOut.warnings,
    async measure(model, device, signal) {
      const measured = await heldOut.measure(model, { device, signal });
      const { prompts } = heldOut;
      if (samples.count === 0 || prompts === undefined) return measured;
      return { ...measured, samples: await writeSamples(model, prompts, { ...samples, device, signal }) };
    },
  };
}
