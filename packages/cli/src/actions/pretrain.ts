import { describeConfig, pretraining } from '@lamo/algos';
import { Rng } from '@lamo/core';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { kebabCase } from '../kebab-case';
import { locateModel } from '../language/locate-model';
import { SIZES, VOCABULARY } from '../language/model-defaults';
import type { PretrainingObserver } from '../language/open-pretraining';
import type { PretrainingFolder } from '../language/pretraining-folder';
import { readPretrainingManifest } from '../language/pretraining-manifest';
import { resumePretraining } from '../language/resume-pretraining';
import { perplexityOf } from '../language/snapshots';
import { type NewPretraining, startPretraining } from '../language/start-pretraining';
import { readJsonLines } from '../run/json-lines';
import { readMetrics } from '../run/run-files';
import { showResult } from '../terminal/output';
import { watchToTheEnd } from '../terminal/run-to-the-end';
import { watchDownloads } from '../terminal/watch-loading';
import { watchPretraining } from '../terminal/watch-pretraining';

/** Flags of `lamo pretrain`, apart from the settings of training. */
export interface PretrainFlags {
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
  readonly initialiseFrom?: string;
  readonly width?: number;
  readonly layers?: number;
  readonly heads?: number;
  readonly context: number;
  readonly dropout?: number;
  readonly attentionDropout?: number;
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

const SNAPSHOTS = 10;

/** Trains a language model as the flags say, or continues a run. */
export async function runPretraining(command: Command, flags: PretrainFlags): Promise<void> {
  const { resume } = flags;
  if (resume !== undefined) return show((observer) => resumePretraining(resume, observer));
  const run = readFlags(command, flags);
  return show((observer) => startPretraining(run, observer));
}

async function show(work: (observer: PretrainingObserver) => Promise<PretrainingFolder>): Promise<void> {
  const watch = watchPretraining();
  const advice = (path: string) => `lamo pretrain --resume ${path}`;
  const folder = await watchToTheEnd(watch, advice, (signal) =>
    work({ ...watch.observer, signal, hub: watchDownloads(signal) }),
  );
  const { path, model } = folder;
  showResult(resultOf(folder), {
    note: `${path}: the model is in ${model}, earlier ones in snapshots; perplexity.jsonl says how well they predict held-out text`,
  });
}

/** The result of a finished pre-training, for programs. */
function resultOf(folder: PretrainingFolder) {
  const { path, model } = folder;
  const { seed, steps } = readPretrainingManifest(folder.manifest);
  const snapshots = readJsonLines(perplexityOf(folder));
  const { loss = null, perplexity = null } = snapshots.at(-1) ?? {};
  const metrics = readMetrics(folder).at(-1)?.metrics ?? null;
  return { folder: path, model, seed, steps, metrics, loss, perplexity, snapshots };
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
    model: chooseModel(flags),
    config: readConfigFlags(describeConfig(pretraining), { ...flags }),
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
  if (initialiseFrom === undefined) return;
  for (const name of ['width', 'layers', 'heads', 'dropout', 'attentionDropout'] as const) {
    if (flags[name] === undefined) continue;
    const flag = kebabCase(name);
    command.error(`error: --${flag} applies to new models; the model of --initialise-from has its own`);
  }
}

function chooseTokenizer({ tokenizer, vocabulary, initialiseFrom }: PretrainFlags): string | number {
  if (tokenizer !== undefined) return locateModel(tokenizer);
  return initialiseFrom === undefined ? (vocabulary ?? VOCABULARY) : locateModel(initialiseFrom);
}

function chooseModel(flags: PretrainFlags): NewPretraining['model'] {
  if (flags.initialiseFrom !== undefined) return locateModel(flags.initialiseFrom);
  const { width, layers, heads, dropout } = { ...SIZES, ...flags };
  const { attentionDropout = SIZES.dropout } = flags;
  return {
    ...{ nEmbd: width, nLayer: layers, nHead: heads },
    ...{ residPdrop: dropout, embdPdrop: dropout, attnPdrop: attentionDropout },
  };
}
