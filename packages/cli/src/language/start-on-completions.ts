import { type AnyAlgorithm, parseConfig } from '@lamo/algos';
import { type HeldOutExamples, type HubOptions, isTemplateFile } from '@lamo/data';
import { checkCorpus, loadGpt2Config } from '@lamo/models';
import { absolute } from '../absolute';
import { beginRun, type CommonRun } from '../run/begin-run';
import { checkReplaceable } from '../run/check-replaceable';
import type { RunObserver } from '../run/open-run';
import { checkFree, type RunFolder } from '../run/run-folder';
import type { Starter } from '../run/starter';
import { openTokenizer } from './choose-tokenizer';
import { type CompletionsFields, completionsSettings, openedCompletions } from './completions-side';
import { hubOf } from './corpus-side';
import type { Examples } from './examples';
import {
  type CompletionSources,
  type CompletionsPlan,
  loadCompletions,
  openSources,
} from './load-completions';
import { NEW_CONTEXT } from './model-defaults';
import type { LanguageModelFields } from './model-side';

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
  checkNewOnCompletions(run);
  const hub = hubOf(observer);
  const { sizes, plan } = await planCompletions(run, hub);
  const sources = await openSources(plan, run.tokenizer, hub);
  const chosen = await openTokenizer(run.tokenizer, hub);
  observer.onPreparation?.(`tokenising ${sources.training.name}`);
  const completions = await loadCompletions(sources, plan, chosen.tokenizer, observer.signal);
  const { name, length, largestToken } = completions.heldOut;
  // What is trained on is checked where the model is loaded.
  if (sizes !== undefined) checkCorpus(sizes, { name, blockLength: length, largestToken });
  const parts = {
    opened: openedCompletions(completions, sources, {
      tokenizer: chosen.tokenizer,
      count: plan.samplePrompts ?? 0,
    }),
    looks: run.snapshotEvery,
    describe: () => describe(run, plan, completions, sources.fingerprint),
    settle: ({ tokenizer }: RunFolder) => chosen.saveTo(tokenizer),
  };
  return beginRun(run, parts, observer);
}

/** Fills in the context: what the model reads at once. @throws LamoError what `loadGpt2Config` throws */
async function planCompletions({ model, completions }: NewRunOnCompletions, hub: HubOptions) {
  const sizes = model === null ? undefined : await loadGpt2Config(model, hub);
  const context = completions.context ?? sizes?.nPositions ?? NEW_CONTEXT;
  return { sizes, plan: { ...completions, context } satisfies CompletionsPlan };
}

/**
 * Checks what can be checked of a new run without opening its files.
 *
 * @throws LamoError `folder-exists`, `out-is-input`, and what `parseConfig` throws
 */
export function checkNewOnCompletions(run: NewRunOnCompletions): void {
  const config = parseConfig(run.algorithm, run.config, run.preset);
  checkFree(run.out, run.overwrite);
  const { files, heldOut, template } = run.completions;
  checkReplaceable(run, config, [...files, heldOut, template, run.model, run.tokenizer].flat());
}

/** Starts runs on completions. @param sources opens them @param hub where models are fetched from */
export function onCompletions(
  sources: () => Promise<CompletionSources>,
  hub: HubOptions,
): Starter<NewRunOnCompletions> {
  return {
    async settings(run) {
      const { plan } = await planCompletions(run, hub);
      const { snapshotEvery, tokenizer } = run;
      return { snapshotEvery, ...completionsSettings(wholePlan(plan), absolute(tokenizer)) };
    },
    dataHash: async () => (await sources()).fingerprint,
    async check(run) {
      checkNewOnCompletions(run);
      await sources();
    },
    start: startOnCompletions,
  };
}

/** As manifests have it: with whole paths. */
function wholePlan({ files, template, heldOut, ...plan }: CompletionsPlan): CompletionsPlan {
  return {
    ...plan,
    files: files.map(absolute),
    template: template !== undefined && isTemplateFile(template) ? absolute(template) : template,
    heldOut: typeof heldOut === 'number' ? heldOut : heldOut.map(absolute),
  };
}

function describe(
  { tokenizer, snapshotEvery }: NewRunOnCompletions,
  plan: CompletionsPlan,
  { training, heldOut }: HeldOutExamples<Examples>,
  fingerprint: string,
): CompletionsFields & LanguageModelFields {
  return {
    completions: {
      ...wholePlan(plan),
      fingerprint,
      examples: training.examples,
      heldOutExamples: heldOut.examples,
    },
    tokenizer: { from: absolute(tokenizer), vocabularySize: training.vocabularySize },
    snapshotEvery,
  };
}
