import { describeConfig, findAlgorithm } from '@lamo/algos';
import type { TooLong } from '@lamo/data';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { locateModel } from '../language/locate-model';
import { type NewRunOnCompletions, startOnCompletions } from '../language/start-on-completions';
import { checkModelFlags, locateStart, type ModelFlags, SNAPSHOTS } from './model-flags';
import { showRun } from './show-run';

/** Flags of `lamo train` for what learns from completions, apart from the settings of training. */
export interface CompletionsFlags extends ModelFlags {
  readonly completions: readonly string[];
  readonly promptField: string;
  readonly completionField: string;
  readonly heldOut: number;
  readonly heldOutCompletions?: readonly string[];
  readonly context?: number;
  readonly tooLong: TooLong;
  readonly tokenizer?: string;
  readonly initial?: string;
  readonly steps: number;
  readonly seed: number;
  readonly snapshotEvery?: number;
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly device: DeviceName;
  readonly threads?: number;
  readonly out: string;
  readonly overwrite?: boolean;
}

/** Trains a language model on completions as the flags say. */
export async function trainOnCompletions(
  command: Command,
  name: string,
  flags: CompletionsFlags,
): Promise<void> {
  const run = readFlags(command, name, flags);
  return showRun((observer) => startOnCompletions(run, observer));
}

function readFlags(command: Command, name: string, flags: CompletionsFlags): NewRunOnCompletions {
  const { steps, seed, out, logEvery, checkpointEvery, initialiseFrom, initial } = flags;
  checkModelFlags(command, flags);
  const named = flags.tokenizer ?? initialiseFrom;
  if (named === undefined) {
    return command.error(
      'error: --initialise-from is needed, the model to begin with; or a --tokenizer, for a new one',
    );
  }
  const algorithm = findAlgorithm(name);
  const { promptField, completionField, tooLong, context = null } = flags;
  return {
    algorithm,
    completions: {
      ...{ files: flags.completions, promptField, completionField, tooLong, context },
      heldOut: flags.heldOutCompletions ?? flags.heldOut,
    },
    model: initialiseFrom === undefined ? null : locateModel(initialiseFrom),
    tokenizer: locateModel(named),
    config: readConfigFlags(describeConfig(algorithm), { ...flags, ...locateStart(flags) }),
    initial,
    ...{ seed, steps, out, logEvery, checkpointEvery },
    snapshotEvery: flags.snapshotEvery ?? Math.ceil(steps / SNAPSHOTS),
    device: { name: flags.device, threads: flags.threads },
    overwrite: flags.overwrite ?? false,
  };
}
