import { describeConfig, pretrain } from '@lamo/algos';
import { Rng } from '@lamo/core';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { refuseSettled } from '../commands/refuse-settled';
import { hubOf } from '../language/corpus-side';
import { locateModel } from '../language/locate-model';
import { VOCABULARY } from '../language/model-defaults';
import { drawnTextOf, openTexts } from '../language/open-corpora';
import { type NewPretraining, onText } from '../language/start-pretraining';
import type { CommonRun } from '../run/begin-run';
import { chooseFolder, nameRun } from '../run/name-run';
import { resumeRun } from '../run/resume-run';
import { interruptible } from '../terminal/interrupt';
import { OUTPUT_FLAGS } from '../terminal/output';
import { watchLoading } from '../terminal/watch-loading';
import { checkModelFlags, locateStart, type ModelFlags, nameData, once, SNAPSHOTS } from './model-flags';
import { resumeOptions } from './resume-options';
import { showRun } from './show-run';
import { type SeedFlags, trainSeeds } from './train-seeds';

/** Flags of `lamo pretrain`, apart from the settings of training. */
export interface PretrainFlags extends ModelFlags, Omit<SeedFlags, 'steps' | 'resume'> {
  /** A run; true: what this command started before. */
  readonly resume?: string | true;
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
  readonly snapshotEvery?: number;
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly device: DeviceName;
  readonly out?: string;
}

/** Trains a language model as the flags say, or continues a run. */
export async function runPretraining(command: Command, flags: PretrainFlags): Promise<void> {
  const { resume, steps } = flags;
  const advice = (path: string) => `lamo pretrain --resume ${path}`;
  if (typeof resume === 'string') {
    refuseSettled(command, resume, ANEW);
    const options = resumeOptions(command, flags);
    return showRun((observer) => resumeRun(resume, options, observer), advice);
  }
  const { text, out } = flags;
  if (text === undefined || steps === undefined || out === undefined) {
    return command.error('error: --text, --steps and --out are needed, or a run to --resume');
  }
  checkConflicts(command, { ...flags, text });
  const plan = (seed: number, count: number) => planSeed({ ...flags, text, steps: count, out, seed });
  const texts = once(() =>
    interruptible(
      () => {},
      (signal) => openTexts(plan(flags.seed, steps).text, hubOf({ signal, loading: watchLoading(signal) })),
    ),
  );
  return trainSeeds(command, { ...flags, steps, resume: resume === true }, onText(texts), plan, advice);
}

/** Options that may differ when a run is continued, and those that do not change what it does. */
const ANEW = ['resume', 'steps', 'device', 'precision', 'threads', 'verbose', ...OUTPUT_FLAGS];

/** Flags of a new training. */
type NewFlags = PretrainFlags & Required<Pick<PretrainFlags, 'text' | 'steps' | 'out'>>;

function planSeed(flags: NewFlags): NewPretraining & CommonRun {
  const { text, steps, seed, seeds, out, context, logEvery, checkpointEvery } = flags;
  const { subset = null, split = null, textField: field = null } = flags;
  const config = readConfigFlags(describeConfig(pretrain), { ...flags, ...locateStart(flags) });
  const named = { algorithm: pretrain, config, seed };
  return {
    ...named,
    text: {
      ...{ sources: text, subset, split, field, context },
      heldOut: flags.heldOutText ?? flags.heldOut,
      shuffleSeed: flags.shuffleTokens ? Rng.fromSeed(seed).split('shuffle').uint32() : null,
    },
    tokenizer: chooseTokenizer(flags),
    ...{ steps, logEvery, checkpointEvery },
    out: chooseFolder(nameRun(named, nameData(text)), { out, seeds }),
    snapshotEvery: flags.snapshotEvery ?? Math.ceil(steps / SNAPSHOTS),
    device: { name: flags.device, threads: flags.threads, precision: flags.precision },
    overwrite: flags.overwrite ?? false,
  };
}

function checkConflicts(command: Command, flags: Pick<NewFlags, 'text'> & PretrainFlags): void {
  const { initialiseFrom, tokenizer, vocabulary } = flags;
  const drawn = drawnTextOf(flags.text);
  if (vocabulary !== undefined && drawn !== undefined) {
    command.error(`error: --vocabulary learns a new one, but the tokens of ${drawn.name} are its states`);
  }
  if (vocabulary !== undefined && (tokenizer ?? initialiseFrom) !== undefined) {
    const other = tokenizer === undefined ? '--initialise-from' : '--tokenizer';
    command.error(`error: --vocabulary learns a new one, but ${other} has its own`);
  }
  checkModelFlags(command, flags);
}

function chooseTokenizer({ text, tokenizer, vocabulary, initialiseFrom }: NewFlags): string | number {
  if (tokenizer !== undefined) return locateModel(tokenizer);
  if (initialiseFrom !== undefined) return locateModel(initialiseFrom);
  return drawnTextOf(text)?.states ?? vocabulary ?? VOCABULARY;
}
