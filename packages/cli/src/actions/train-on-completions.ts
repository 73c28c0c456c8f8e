import { describeConfig, findAlgorithm, hubOptions } from '@lamo/algos';
import type { TooLong } from '@lamo/data';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { openSources } from '../language/load-completions';
import { locateModel } from '../language/locate-model';
import { type NewRunOnCompletions, onCompletions } from '../language/start-on-completions';
import { chooseFolder, nameRun } from '../run/name-run';
import { watchDownloads } from '../terminal/watch-loading';
import { checkModelFlags, locateStart, type ModelFlags, nameData, once, SNAPSHOTS } from './model-flags';
import { type SeedFlags, trainSeeds } from './train-seeds';

/** Flags of `lamo train` for what learns from completions, apart from the settings of training. */
export interface CompletionsFlags extends ModelFlags, SeedFlags {
  readonly completions: readonly string[];
  readonly promptField: string;
  readonly completionField?: string;
  readonly chosenField?: string;
  readonly rejectedField?: string;
  readonly rewardField?: string;
  readonly template: string;
  readonly top?: number;
  readonly heldOut: number;
  readonly heldOutCompletions?: readonly string[];
  readonly context?: number;
  readonly tooLong: TooLong;
  readonly tokenizer?: string;
  readonly samplePrompts?: number;
  readonly initial?: string;
  readonly snapshotEvery?: number;
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly device: DeviceName;
}

/** Trains a language model on completions as the flags say. */
export async function trainOnCompletions(
  command: Command,
  name: string,
  flags: CompletionsFlags,
): Promise<void> {
  const plan = (seed: number, steps: number) => planSeed(command, name, { ...flags, seed, steps });
  const hub = hubOptions(watchDownloads());
  const sources = once(() => {
    const { completions, tokenizer } = plan(flags.seed, flags.steps);
    return openSources(completions, tokenizer, hub);
  });
  return trainSeeds(command, flags, onCompletions(sources, hub), plan);
}

function planSeed(command: Command, name: string, flags: CompletionsFlags): NewRunOnCompletions {
  const { steps, seed, logEvery, checkpointEvery, initialiseFrom, initial } = flags;
  checkModelFlags(command, flags);
  const named = flags.tokenizer ?? initialiseFrom;
  if (named === undefined) {
    return command.error(
      'error: --initialise-from is needed, the model to begin with; or a --tokenizer, for a new one',
    );
  }
  const algorithm = findAlgorithm(name);
  const { promptField, rewardField, rejectedField, tooLong, top, samplePrompts, context = null } = flags;
  // Each has a default, and a command has one of the two.
  const completionField = (flags.chosenField ?? flags.completionField)!;
  const template = flags.template === 'plain' ? undefined : flags.template;
  const config = readConfigFlags(describeConfig(algorithm), { ...flags, ...locateStart(flags) });
  const run = { algorithm, config, initial, seed };
  return {
    ...run,
    completions: {
      ...{ files: flags.completions, promptField, completionField, rejectedField, rewardField, template },
      ...{ tooLong, top, context, samplePrompts },
      heldOut: flags.heldOutCompletions ?? flags.heldOut,
    },
    model: initialiseFrom === undefined ? null : locateModel(initialiseFrom),
    tokenizer: locateModel(named),
    ...{ steps, logEvery, checkpointEvery },
    out: chooseFolder(nameRun(run, nameData(flags.completions)), flags),
    snapshotEvery: flags.snapshotEvery ?? Math.ceil(steps / SNAPSHOTS),
    device: { name: flags.device, threads: flags.threads, precision: flags.precision },
    overwrite: flags.overwrite ?? false,
  };
}
