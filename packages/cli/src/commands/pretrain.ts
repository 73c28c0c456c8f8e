import { describeConfig, pretraining } from '@lamo/algos';
import { Rng } from '@lamo/data';
import { type DeviceName, deviceNames } from '@lamo/runtime';
import { type Command, Option } from 'commander';
import { locateModel } from '../language/locate-model';
import type { PretrainingObserver } from '../language/open-pretraining';
import type { PretrainingFolder } from '../language/pretraining-folder';
import { resumePretraining } from '../language/resume-pretraining';
import { type NewPretraining, startPretraining } from '../language/start-pretraining';
import { watchToTheEnd } from '../terminal/run-to-the-end';
import { watchDownloads } from '../terminal/watch-loading';
import { watchPretraining } from '../terminal/watch-pretraining';
import { countOption, parseNumber, seedOption } from './common-options';
import { addConfigFlags, readConfigFlags } from './config-flags';

interface PretrainFlags {
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

/** Sizes of the nano model, and a vocabulary that suits little text. */
const SIZES = { width: 128, layers: 3, heads: 4, dropout: 0.1 };
const VOCABULARY = 2048;
const SNAPSHOTS = 10;

/** Defines `lamo pretrain`. */
export function definePretrain(command: Command): void {
  command
    .description(
      'Trains a GPT-2 of any size on text, from scratch or from given weights, with snapshots on its way.',
    )
    .usage(
      '--text <sources...> --steps <steps> --out <folder> [options]\n       lamo pretrain --resume <run>',
    )
    .option('--resume <run>', 'go on with the run in this folder')
    .addOption(countOption('--steps <steps>', 'gradient steps'))
    .option('--out <folder>', 'folder of the run')
    .option('--overwrite', 'replace an earlier run in that folder')
    .addOption(seedOption('seeds initial weights, the order of the text, and dropout'))
    .addOption(
      countOption('--snapshot-every <steps>', 'steps between snapshots (default: a tenth of --steps)'),
    )
    .addOption(countOption('--log-every <steps>', 'steps between lines of metrics').default(100))
    .addOption(countOption('--checkpoint-every <steps>', 'steps between checkpoints').default(500))
    .addOption(
      new Option('--device <name>', 'where to compute').choices(Object.keys(deviceNames)).default('cpu'),
    )
    .addOption(countOption('--threads <count>', 'threads of the device cpu'));
  addTextOptions(command);
  addModelOptions(command);
  addConfigFlags(command, describeConfig(pretraining), 'Training:')
    .addHelpText(
      'after',
      '\nExample:\n  lamo pretrain --text notes book.txt --steps 2000 --out my-model\n  lamo generate my-model --prompt "Once"',
    )
    .action((flags: PretrainFlags) => runPretraining(command, flags));
}

function addTextOptions(command: Command): void {
  const options = [
    new Option('--text <sources...>', 'files, folders, or data sets of the hub such as wikitext'),
    new Option('--subset <name>', 'part of a data set: a folder within it'),
    new Option('--split <name>', 'files with this word in their names: train, validation, test'),
    new Option(
      '--text-field <name>',
      'field of .jsonl, or column of .parquet files, with the text (default: text)',
    ),
    new Option('--held-out <fraction>', 'share of the text that is kept to measure perplexity, its end')
      .argParser(parseNumber)
      .default(0.05),
    new Option('--held-out-text <sources...>', 'measure perplexity on this text instead'),
    new Option('--shuffle-tokens', 'put the tokens of each block in random order: words without a language'),
    new Option('--tokenizer <name>', 'folder or name of a tokenizer (default: learn one from the text)'),
    countOption('--vocabulary <tokens>', `size of the vocabulary to learn (default: ${VOCABULARY})`),
  ];
  for (const option of options) command.addOption(option.helpGroup('Text:'));
}

function addModelOptions(command: Command): void {
  const number = (flags: string, description: string) =>
    new Option(flags, description).argParser(parseNumber);
  const options = [
    new Option(
      '--initialise-from <model>',
      'begin with the weights of a model: `nano`, a folder, or a name on the hub',
    ),
    countOption('--width <size>', `width of the network (default: ${SIZES.width})`),
    countOption('--layers <count>', `transformer blocks (default: ${SIZES.layers})`),
    countOption('--heads <count>', `attention heads; they share the width (default: ${SIZES.heads})`),
    countOption('--context <tokens>', 'tokens per block of text, and positions of a new model').default(256),
    number('--dropout <rate>', `dropout on embeddings and residual connections (default: ${SIZES.dropout})`),
    number('--attention-dropout <rate>', `dropout on attention weights (default: ${SIZES.dropout})`),
  ];
  for (const option of options) command.addOption(option.helpGroup('Model:'));
}

async function runPretraining(command: Command, flags: PretrainFlags): Promise<void> {
  const { resume } = flags;
  if (resume !== undefined) return show((observer) => resumePretraining(resume, observer));
  const run = readFlags(command, flags);
  return show((observer) => startPretraining(run, observer));
}

async function show(work: (observer: PretrainingObserver) => Promise<PretrainingFolder>): Promise<void> {
  const watch = watchPretraining();
  const advice = (path: string) => `lamo pretrain --resume ${path}`;
  const { path, model } = await watchToTheEnd(watch, advice, (signal) =>
    work({ ...watch.observer, signal, hub: watchDownloads(signal) }),
  );
  console.log(
    `${path}: the model is in ${model}, earlier ones in snapshots; perplexity.jsonl tells how they predict held-out text`,
  );
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
    command.error(`error: --vocabulary learns a new one, but ${other} brings its own`);
  }
  if (initialiseFrom === undefined) return;
  for (const name of ['width', 'layers', 'heads', 'dropout', 'attentionDropout'] as const) {
    if (flags[name] === undefined) continue;
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    command.error(`error: --${flag} is of new models; the one to --initialise-from has its own`);
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
