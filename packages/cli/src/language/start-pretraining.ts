import { parseConfig, pretrain, type SettingsOf } from '@lamo/algos';
import { absolute } from '../absolute';
import { beginRun, type CommonRun } from '../run/begin-run';
import { checkReplaceable } from '../run/check-replaceable';
import type { RunObserver } from '../run/open-run';
import { checkFree, type RunFolder } from '../run/run-folder';
import type { Starter } from '../run/starter';
import { chooseTokenizer } from './choose-tokenizer';
import { type CorpusFields, hubOf, openedCorpora, textSettings } from './corpus-side';
import type { LanguageModelFields } from './model-side';
import { type Corpora, openCorpora, openTexts, type TextPlan, type Texts } from './open-corpora';

/** Everything that a new pre-training is made of. */
export interface NewPretraining extends Omit<CommonRun, 'algorithm' | 'preset' | 'config'> {
  /** Settings that differ from the defaults. */
  readonly config: SettingsOf<typeof pretrain>;
  /** The text to train on, and what to hold out. */
  readonly text: TextPlan;
  /** A tokenizer's folder or name, or how large a vocabulary is to be learned from the text. */
  readonly tokenizer: string | number;
  /** Steps between snapshots; the beginning and the end have one in any case. */
  readonly snapshotEvery: number;
}

/**
 * Pre-trains a new model from its first step to its last, in a folder of its own. Everything is checked, and compiled,
 * before the folder is touched.
 *
 * @throws LamoError what opening text and tokenizer, and `train`, throw
 */
export async function startPretraining(run: NewPretraining, observer: RunObserver = {}): Promise<RunFolder> {
  checkNewPretraining(run);
  const hub = hubOf(observer);
  const texts = await openTexts(run.text, hub);
  const chosen = await chooseTokenizer(run.tokenizer, texts, hub, observer);
  observer.onPreparation?.(`tokenising ${texts.training.name}`);
  const corpora = await openCorpora(texts, run.text, chosen.tokenizer, observer.signal);
  const parts = {
    opened: openedCorpora(corpora, texts),
    looks: run.snapshotEvery,
    describe: () => describe(run, corpora, texts),
    settle: ({ tokenizer }: RunFolder) => chosen.saveTo(tokenizer),
  };
  return beginRun({ ...run, algorithm: pretrain }, parts, observer);
}

/**
 * Checks what can be checked of a new pre-training without opening its text.
 *
 * @throws LamoError `folder-exists`, `out-is-input`, and what `parseConfig` throws
 */
export function checkNewPretraining(run: NewPretraining): void {
  const config = parseConfig(pretrain, run.config);
  checkFree(run.out, run.overwrite);
  const { sources, heldOut } = run.text;
  checkReplaceable(run, config, [...sources, heldOut, run.tokenizer].flat());
}

/** Starts pre-trainings on a text. @param texts opens it */
export function onText(texts: () => Promise<Texts>): Starter<NewPretraining & CommonRun> {
  return {
    settings: ({ text, tokenizer, snapshotEvery }) => ({
      snapshotEvery,
      ...textSettings(wholePlan(text), typeof tokenizer === 'string' ? absolute(tokenizer) : tokenizer),
    }),
    dataHash: async () => (await texts()).fingerprint,
    async check(run) {
      checkNewPretraining(run);
      await texts();
    },
    start: startPretraining,
  };
}

/** What is measured on then has the entropy rate of what was drawn. */
function isAsDrawn({ heldOut, shuffleSeed }: TextPlan): boolean {
  return typeof heldOut === 'number' && shuffleSeed === null;
}

/** As manifests have it: with whole paths. */
function wholePlan({ sources, heldOut, ...text }: TextPlan): TextPlan {
  return {
    ...text,
    sources: sources.map(absolute),
    heldOut: typeof heldOut === 'number' ? heldOut : heldOut.map(absolute),
  };
}

function describe(
  { text, tokenizer, snapshotEvery }: NewPretraining,
  { training, heldOut }: Corpora,
  { fingerprint, drawn }: Texts,
): CorpusFields & LanguageModelFields {
  return {
    text: {
      ...wholePlan(text),
      fingerprint,
      blocks: training.blocks,
      heldOutBlocks: heldOut.blocks,
      ...(drawn && isAsDrawn(text) && { entropyRate: drawn.entropyRate() }),
    },
    tokenizer: {
      vocabularySize: training.vocabularySize,
      ...(typeof tokenizer === 'string' ? { from: absolute(tokenizer) } : { from: null, wanted: tokenizer }),
    },
    snapshotEvery,
  };
}
