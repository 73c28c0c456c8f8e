import { pretrain, type SettingsOf } from '@lamo/algos';
import { absolute } from '../absolute';
import { beginRun, type CommonRun } from '../run/begin-run';
import type { RunObserver } from '../run/open-run';
import { checkFree, type RunFolder } from '../run/run-folder';
import { chooseTokenizer } from './choose-tokenizer';
import { type CorpusFields, hubOf, openedCorpora } from './corpus-side';
import type { LanguageModelFields } from './language-model-side';
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
  checkFree(run.out, run.overwrite);
  const hub = hubOf(observer);
  const texts = await openTexts(run.text, hub);
  const chosen = await chooseTokenizer(run.tokenizer, texts.training, hub, observer);
  observer.onPreparation?.(`tokenising ${texts.training.name}`);
  const corpora = await openCorpora(texts, run.text, chosen.tokenizer, observer.signal);
  const parts = {
    opened: openedCorpora(corpora),
    looks: run.snapshotEvery,
    describe: () => describe(run, corpora, texts),
    settle: ({ tokenizer }: RunFolder) => chosen.saveTo(tokenizer),
  };
  return beginRun({ ...run, algorithm: pretrain }, parts, observer);
}

function describe(
  { text, tokenizer, snapshotEvery }: NewPretraining,
  { training, heldOut }: Corpora,
  { fingerprint }: Texts,
): CorpusFields & LanguageModelFields {
  return {
    text: {
      ...text,
      sources: text.sources.map(absolute),
      heldOut: typeof text.heldOut === 'number' ? text.heldOut : text.heldOut.map(absolute),
      fingerprint,
      blocks: training.blocks,
      heldOutBlocks: heldOut.blocks,
    },
    tokenizer: {
      from: typeof tokenizer === 'string' ? absolute(tokenizer) : null,
      vocabularySize: training.vocabularySize,
    },
    snapshotEvery,
  };
}
