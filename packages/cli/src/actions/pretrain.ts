import { describeConfig, pretrain } from '@lamo/algos';
import { Rng } from '@lamo/core';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { locateModel } from '../language/locate-model';
import { VOCABULARY } from '../language/model-defaults';
import { type NewPretraining, startPretraining } from '../language/start-pretraining';
import { resumeRun } from '../run/resume-run';
import { checkModelFlags, locateStart, type ModelFlags, SNAPSHOTS } from './model-flags';
import { showRun } from './show-run';

/** Flags of `lamo pretrain`, apart from the settings of training. */
export interface PretrainFlags extends ModelFlags {
  readonly resume?: string;
  readonly text?: readonly string[];
  readonly subset?: string;
  readonly split?: string;
  readonly textField?: string;
  readonly heldOut: number;
  readonly heldOutText?: readonly string[];
  readonly shuffleTokens?: boolean;
  readonly tokenizer?: string;
  readonly vocabulary?: number;
  readonly context: number;
  readonly steps?: number;
  readonly seed: number;
  readonly snapshotEvery?: number;
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly device: DeviceName;
  readonly threads?: number;
  readonly out?: string;
  readonly overwrite?: boolean;
}

/** Trains a language model as the flags say, or continues a run. */
export async function runPretraining(command: Command, flags: PretrainFlags): Promise<void> {
  const { resume } = flags;
  const advice = (path: string) => `lamo pretrain --resume ${path}`;
  if (resume !== undefined) return showRun((observer) => resumeRun(resume, {}, observer), advice);
  const run = readFlags(command, flags);
  return showRun((observer) => startPretraining(run, observer), advice);
}

function readFlags(command: Command, flags: PretrainFlags): NewPretraining {
  const { text, steps, out, seed } = flags;
  if (text === undefined || steps === undefined || out === undefined) {
    return command.error('error: --text, --steps and --out are needed, or a run to --resume');
  }
  checkConflicts(command, flags);
  const { subset = null, split = null, textField: field = null, context, logEvery, checkpointEvery } = flags;
  return {
    text: {
      ...{ sources: text, subset, split, field, context },
      heldOut: flags.heldOutText ?? flags.heldOut,
      shuffleSeed: flags.shuffleTokens ? Rng.fromSeed(seed).split('shuffle').uint32() : null,
    },
    tokenizer: chooseTokenizer(flags),
    config: readConfigFlags(describeConfig(pretrain), { ...flags, ...locateStart(flags) }),
    ...{ seed, steps, out, logEvery, checkpointEvery },
    snapshotEvery: flags.snapshotEvery ?? Math.ceil(steps / SNAPSHOTS),
    device: { name: flags.device, threads: flags.threads },
    overwrite: flags.overwrite ?? false,
  };
}

function checkConflicts(command: Command, flags: PretrainFlags): void {
  const { initialiseFrom, tokenizer, vocabulary } = flags;
  if (vocabulary !== undefined && (tokenizer ?? initialiseFrom) !== undefined) {
    const other = tokenizer === undefined ? '--initialise-from' : '--tokenizer';
    command.error(`error: --vocabulary learns a new one, but ${other} has its own`);
  }
  checkModelFlags(command, flags);
}

function chooseTokenizer({ tokenizer, vocabulary, initialiseFrom }: PretrainFlags): string | number {
  if (tokenizer !== undefined) return locateModel(tokenizer);
  return initialiseFrom === undefined ? (vocabulary ?? VOCABULARY) : locateModel(initialiseFrom);
}
