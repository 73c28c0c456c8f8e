import { checkNumber } from '@lamo/core';
import { loadChatTemplate, type MessageTemplate, openCompletions } from '@lamo/data';
import type { TextUnit } from '@lamo/eval';
import type { DeviceName } from '@lamo/runtime';
import { absolute } from '../absolute';
import { openNamedDevice } from '../devices/open-named-device';
import type { CompletionsFields } from '../language/completions-side';
import { describeJudged, type TextsAtTemperature } from '../language/describe-judged';
import { type AskedPrompt, type Judging, judgeModel, readAsked } from '../language/judge-model';
import { type LanguageModel, loadLanguageModel } from '../language/load-language-model';
import { loadScore } from '../language/load-score';
import { type SamplingFlags, samplingOf } from '../language/sampling-flags';
import { type AskedTexts, textsOf } from '../language/text-records';
import { appendJsonLine, readJsonLines } from '../run/json-lines';
import { readManifest } from '../run/read-manifest';
import { checkpointSteps, type RunFolder, runFolder } from '../run/run-folder';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { startProgress } from '../terminal/progress';
import { watchDownloads } from '../terminal/watch-loading';

/** Flags of `lamo judge`. */
export interface JudgeFlags extends SamplingFlags {
  readonly adapter?: string;
  readonly completions: readonly string[];
  readonly promptField: string;
  readonly completionField: string;
  readonly template?: string;
  readonly prompts: number;
  readonly temperatures: readonly number[];
  readonly samples: number;
  readonly batchSize: number;
  readonly unit: TextUnit;
  readonly n: number;
  readonly score?: string;
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Says how good and how different the texts of a language model are, by temperature. */
export function judge(name: string, flags: JudgeFlags): Promise<void> {
  return interruptible(
    () => {},
    (signal) => judgeUntil(signal, name, flags),
  );
}

async function judgeUntil(signal: AbortSignal, given: string, flags: JudgeFlags): Promise<void> {
  checkTemperatures(flags.temperatures);
  const scored = flags.score === undefined ? undefined : await loadScore(flags.score);
  const open = (template?: MessageTemplate) => openCompletions(flags.completions, { ...flags, template });
  // What is not there is said before a model is fetched; templates may come with it.
  open();
  const run = flags.adapter === undefined ? runOf(given) : undefined;
  if (run !== undefined) readJsonLines(textsOf(run.folder));
  const named = { model: given, adapter: flags.adapter };
  const hub = watchDownloads(signal);
  const loaded = await loadLanguageModel(named, hub);
  const template = flags.template ?? run?.template ?? 'plain';
  const source = open(await loadChatTemplate(template, loaded.tokenizerFrom, hub));
  const { prompts, data } = await readAsked(source, flags.prompts, signal);
  const asked = describeAsked(flags, { data, prompts: prompts.length, hash: scored?.hash });
  const device = await openNamedDevice(flags);
  const { samples, batchSize, unit, n } = flags;
  const writing = { ...samplingOf(flags), samples, batchSize, device, signal };
  const comparing = { unit, n, ...(scored && { score: scored.score }) };
  const judged = await judgeAtEach(flags.temperatures, loaded, prompts, { writing, comparing }, (texts) => {
    if (run !== undefined) appendJsonLine(textsOf(run.folder), { step: run.step, ...asked, ...texts });
  });
  showResult(
    { model: loaded.name, ...asked, temperatures: judged, kept: run?.folder.texts ?? null },
    { answer: describeJudged(judged, asked), note: describePlace(run) },
  );
}

/** Judges what a model writes at each temperature. @param onJudged is called after each: what is judged is not lost if a later one fails */
async function judgeAtEach(
  temperatures: readonly number[],
  loaded: LanguageModel,
  prompts: readonly AskedPrompt[],
  { writing, comparing }: Judging & { readonly writing: { readonly samples: number } },
  onJudged: (texts: TextsAtTemperature) => void,
): Promise<TextsAtTemperature[]> {
  const texts = prompts.length * writing.samples;
  const judged: TextsAtTemperature[] = [];
  const progress = startProgress({ title: loaded.name, unit: 'texts', total: temperatures.length * texts });
  try {
    for (const [i, temperature] of temperatures.entries()) {
      const onProgress = (done: number) => progress.update(i * texts + done);
      const figures = await judgeModel(loaded, prompts, {
        writing: { ...writing, temperature, onProgress },
        comparing,
      });
      judged.push({ temperature, ...figures });
      onJudged(judged.at(-1)!);
    }
  } finally {
    progress.stop();
  }
  return judged;
}

/** A run that a model comes from, and the step it has. */
interface ModelOfRun {
  readonly folder: RunFolder;
  readonly step: number;
  /** How it read messages; undefined if it learned from none. */
  readonly template: string | undefined;
}

function runOf(name: string): ModelOfRun | undefined {
  const folder = runFolder(name);
  const step = checkpointSteps(folder).at(-1);
  if (step === undefined) return undefined;
  const { completions } = readManifest(folder.manifest) as Partial<CompletionsFields>;
  return { folder, step, template: completions?.template };
}

function describeAsked(
  flags: JudgeFlags,
  { data, prompts, hash }: Pick<AskedTexts, 'data' | 'prompts'> & { readonly hash: string | undefined },
): AskedTexts {
  const { completions, samples, tokens, topK, topP, advantageWeight, seed, unit, n, score } = flags;
  return {
    ...{ data, completions: completions.map(absolute), prompts, samples, tokens },
    ...{ topK: topK ?? null, topP: topP ?? 1, advantageWeight: advantageWeight ?? null, seed, unit, n },
    scoredBy: score === undefined ? null : { file: absolute(score), hash: hash! },
  };
}

function describePlace(run: ModelOfRun | undefined): string {
  return run === undefined ? 'not kept: this is not the folder of a run' : `kept in ${run.folder.texts}`;
}

function checkTemperatures(temperatures: readonly number[]): void {
  checkNumber('cli/judge', 'temperatures', temperatures.length, 'at least one', (count) => count > 0);
  for (const temperature of temperatures)
    checkNumber('cli/judge', 'temperature', temperature, 'a number of at least 0', (value) => value >= 0);
}
