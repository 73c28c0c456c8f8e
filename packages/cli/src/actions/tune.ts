import { describeConfig, findAlgorithm, hubOptions } from '@lamo/algos';
import { openCompletions } from '@lamo/data';
import { loadGpt2Config } from '@lamo/models';
import type { Command } from 'commander';
import { locateModel } from '../language/locate-model';
import { LONGEST_WARMUP, TUNING, tuningRate } from '../language/tuning-defaults';
import { watchDownloads } from '../terminal/watch-loading';
import { type CompletionsFlags, trainOnCompletions } from './train-on-completions';

/** Flags of `lamo tune`. */
export interface TuneFlags extends Omit<CompletionsFlags, 'steps' | 'seeds' | 'initialiseFrom'> {
  readonly completionField: string;
  readonly method: string;
  readonly epochs: number;
  readonly steps?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
}

/** Trains as `lamo train METHOD` does, with what a fine-tuning usually wants where nothing is said. */
export async function tune(model: string, flags: TuneFlags, command: Command): Promise<void> {
  const { method, epochs, ...given } = flags;
  const steps = given.steps ?? (await stepsOf(command, flags));
  const { loraRank = TUNING.loraRank } = given;
  const usual = {
    warmupSteps: Math.min(Math.ceil(steps / 10), LONGEST_WARMUP),
    samplePrompts: TUNING.samplePrompts,
    ...(loraRank > 0 && given.learningRate === undefined && { learningRate: await rateOf(model) }),
  };
  return trainOnCompletions(command, method, {
    ...{ ...usual, ...given },
    ...{ loraRank, steps, seeds: 1, initialiseFrom: model },
  });
}

/** What adapters of a model learn at. @throws LamoError what `locateModel` and `loadGpt2Config` throw */
async function rateOf(model: string): Promise<number> {
  const { nEmbd } = await loadGpt2Config(locateModel(model), hubOptions(watchDownloads()));
  return tuningRate(nEmbd);
}

/** How many steps so many epochs are. */
async function stepsOf(command: Command, flags: TuneFlags): Promise<number> {
  const { epochs } = flags;
  if (!(epochs > 0 && epochs < Infinity)) command.error('error: --epochs must be a number above 0');
  // How messages become text does not change how many there are.
  const source = openCompletions(flags.completions, { ...flags, template: undefined });
  let examples = 0;
  for await (const _ of source.rows()) examples++;
  const usual = describeConfig(findAlgorithm(flags.method)).find(({ name }) => name === 'batchSize')!.default;
  return Math.max(1, Math.ceil((epochs * examples) / (flags.batchSize ?? (usual as number))));
}
