import {
  type Completions,
  openCompletions,
  openPreferences,
  type PackOptions,
  type Preferences,
  type Tokenizer,
  tokenCompletions,
  tokenPreferences,
  topCompletions,
} from '@lamo/data';
import {
  evaluateCompletions,
  evaluatePreferences,
  type LoadedGpt2,
  type ScoreTextsOptions,
} from '@lamo/models';
import type { SnapshotRecord } from './snapshot-measure';

/** Examples that a run learns from or is measured on: prompts with completions, or pairs of answers. */
export interface Examples
  extends Pick<
    Completions,
    'name' | 'examples' | 'length' | 'vocabularySize' | 'largestToken' | 'warnings' | 'key'
  > {
  /** What a training is given. */
  readonly data: unknown;
  /** What has prompts that a model can complete, if it has. */
  readonly prompts?: Completions;
  /** Equal for examples that are on the same side when some are held out. @default those with equal keys */
  group?(example: number): string;
  select(examples: ArrayLike<number>): Examples;
  padTo(length: number): Examples;
  /** Keeps those that brought most, where examples have rewards. */
  best?(share: number): Examples;
  /** Measures a model on them. */
  measure(model: LoadedGpt2, options: ScoreTextsOptions): Promise<Omit<SnapshotRecord, 'step'>>;
}

/** Examples in files. */
export interface ExampleSource {
  /** Name for humans. */
  readonly name: string;
  /** Hashes the contents, in SHA-256. */
  fingerprint(): Promise<string>;
  /** Reads them in their order. */
  rows(): AsyncIterable<unknown>;
  tokenise(tokenizer: Tokenizer, options: PackOptions): Promise<Examples>;
}

/** Opens prompts with completions. @throws LamoError what `openCompletions` throws */
export function completionSource(...given: Parameters<typeof openCompletions>): ExampleSource {
  const source = openCompletions(...given);
  return {
    ...source,
    tokenise: async (...how) => completionExamples(await tokenCompletions(source, ...how)),
  };
}

/** Opens pairs of answers. @throws LamoError what `openPreferences` throws */
export function preferenceSource(...given: Parameters<typeof openPreferences>): ExampleSource {
  const source = openPreferences(...given);
  return {
    ...source,
    tokenise: async (...how) => preferenceExamples(await tokenPreferences(source, ...how)),
  };
}

function completionExamples(data: Completions): Examples {
  return {
    ...data,
    ...{ data, prompts: data },
    select: (examples) => completionExamples(data.select(examples)),
    padTo: (length) => completionExamples(data.padTo(length)),
    best: (share) => completionExamples(topCompletions(data, share)),
    measure: (model, options) => evaluateCompletions(model, data, options),
  };
}

function preferenceExamples(data: Preferences): Examples {
  return {
    ...data,
    data,
    select: (pairs) => preferenceExamples(data.select(pairs)),
    padTo: (length) => preferenceExamples(data.padTo(length)),
    measure: (model, options) => evaluatePreferences(model, data, options),
  };
}
