import type { AnyAlgorithm } from '@lamo/algos';
import type { HeldOutCompletions } from '@lamo/data';
import { checkCorpus, loadGpt2Config } from '@lamo/models';
import { absolute } from '../absolute';
import { beginRun, type CommonRun } from '../run/begin-run';
import type { RunObserver } from '../run/open-run';
import { checkFree, type RunFolder } from '../run/run-folder';
import { openTokenizer } from './choose-tokenizer';
import { type CompletionsFields, openedCompletions } from './completions-side';
import { hubOf } from './corpus-side';
import type { LanguageModelFields } from './language-model-side';
import { type CompletionsPlan, loadCompletions, openSources } from './load-completions';
import { NEW_CONTEXT } from './model-defaults';

/** Everything that a new training of a language model on completions is made of. */
export interface NewRunOnCompletions extends CommonRun {
  readonly algorithm: AnyAlgorithm;
  /** Prompts and completions; without a context it is as many tokens as the model has positions. */
  readonly completions: Omit<CompletionsPlan, 'context'> & { readonly context: number | null };
  /** Folder or name of the model to begin with; null: a new one. */
  readonly model: string | null;
  /** Folder or name of the tokenizer. */
  readonly tokenizer: string;
  /** Steps between snapshots; the beginning and the end have one in any case. */
  readonly snapshotEvery: number;
}

/**
 * Trains a language model on completions from the first step to the last, in a folder of its own. Everything is checked, and compiled,
 * before the folder is touched.
 *
 * @throws LamoError what opening completions and tokenizer, and `train`, throw
 */
export async function startOnCompletions(
  run: NewRunOnCompletions,
  observer: RunObserver = {},
): Promise<RunFolder> {
  checkFree(run.out, run.overwrite);
  const hub = hubOf(observer);
  const sizes = run.model === null ? undefined : await loadGpt2Config(run.model, hub);
  const context = run.completions.context ?? sizes?.nPositions ?? NEW_CONTEXT;
  const plan: CompletionsPlan = { ...run.completions, context };
  const sources = await openSources(plan);
  const chosen = await openTokenizer(run.tokenizer, hub);
  observer.onPreparation?.(`tokenising ${sources.training.name}`);
  const completions = await loadCompletions(sources, plan, chosen.tokenizer, observer.signal);
  const { name, length, largestToken } = completions.heldOut;
  // What is trained on is checked where the model is loaded.
  if (sizes !== undefined) checkCorpus(sizes, { name, blockLength: length, largestToken });
  const parts = {
    opened: openedCompletions(completions, sources),
    looks: run.snapshotEvery,
    describe: () => describe(run, plan, completions, sources.fingerprint),
    settle: ({ tokenizer }: RunFolder) => chosen.saveTo(tokenizer),
  };
  return beginRun(run, parts, observer);
}

function describe(
  { tokenizer, snapshotEvery }: NewRunOnCompletions,
  plan: CompletionsPlan,
  { training, heldOut }: HeldOutCompletions,
  fingerprint: string,
): CompletionsFields & LanguageModelFields {
  return {
    completions: {
      ...plan,
      files: plan.files.map(absolute),
      heldOut: typeof plan.heldOut === 'number' ? plan.heldOut : plan.heldOut.map(absolute),
      fingerprint,
      examples: training.examples,
      heldOutExamples: heldOut.examples,
    },
    tokenizer: { from: absolute(tokenizer), vocabularySize: training.vocabularySize },
    snapshotEvery,
  };
}
