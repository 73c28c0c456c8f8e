import type { ConfigField } from '@lamo/algos';
import { type Command, Option } from 'commander';
import type { TuneFlags } from '../actions/tune';
import { catalogue } from '../catalogue';
import { LONGEST_WARMUP, TUNING, tuningRate } from '../language/tuning-defaults';
import {
  choiceParser,
  countOption,
  neededOption,
  parseNumber,
  resumeOption,
  seedOption,
} from './common-options';
import { addConfigFlags } from './config-flags';
import { addProgressOptions } from './language-training';
import { completionsOptions } from './train-on-completions';

const methods = catalogue.algorithms.filter(({ data }) => data === 'completions');
const names = methods.map(({ name }) => name);

/** Settings of models that are drawn anew, and of which model is trained, which is an argument here. */
const OF_MODEL = ['initialiseFrom', 'width', 'layers', 'heads', 'dropout', 'attentionDropout'];

/** Defines `lamo tune`. */
export function defineTune(command: Command): void {
  command
    .argument('<model>')
    .description(
      'Teaches a language model to complete prompts as examples do: `nano`, a run, a folder, or a name on the hub. Adapters train, unless --lora-rank is 0.',
    )
    .usage('<model> --completions <files...> [options]')
    .addOption(
      new Option('--method <name>', `how it learns: ${names.join(', ')}`)
        .argParser(choiceParser(names))
        .default(TUNING.method),
    )
    .addOption(
      new Option('--epochs <count>', 'how often each example is learned')
        .argParser(parseNumber)
        .default(TUNING.epochs),
    )
    .addOption(countOption('--steps <steps>', 'gradient steps, in place of --epochs').conflicts('epochs'))
    .option('--out <folder>', 'folder of the run (default: runs/<method>-<data>-<changed settings>-s<seed>)')
    .option('--overwrite', 'replace an earlier run in that folder')
    .addOption(resumeOption())
    .addOption(seedOption('seeds the order of the examples, dropout, and the adapters'));
  addProgressOptions(command);
  for (const option of completionsOptions()) command.addOption(option.helpGroup('Completions:'));
  for (const option of command.options) {
    if (option.long === '--completions') neededOption(option);
    if (option.long === '--sample-prompts')
      option.description = option.description.replace('none', String(TUNING.samplePrompts));
  }
  addConfigFlags(command, sharedSettings(), 'Training:')
    .addHelpText('after', `\n${EXAMPLE}`)
    .action(async (model: string, flags: TuneFlags) =>
      (await import('../actions/tune')).tune(model, flags, command),
    );
}

const EXAMPLE =
  'Settings of a single method are options of `lamo train METHOD`.\n\nExample:\n' +
  '  lamo tune gpt2 --completions answers.jsonl --out tuned\n  lamo generate tuned --prompt "Question: …"';

/** Settings that all methods have, with the defaults that they have here. */
function sharedSettings(): ConfigField[] {
  const [first, ...others] = methods;
  const has = (name: string) => others.every(({ config }) => config.some((field) => field.name === name));
  const shared = first!.config.filter(({ name }) => has(name) && !OF_MODEL.includes(name));
  const here: Readonly<Record<string, unknown>> = {
    loraRank: TUNING.loraRank,
    learningRate: `${TUNING.learningRate} for models of a width of ${TUNING.width} or more, for narrower ones more (nano: ${tuningRate(128)}); that of the method with --lora-rank 0`,
    warmupSteps: `a tenth of all, at most ${LONGEST_WARMUP}`,
  };
  return shared.map((field) => ({ ...field, default: here[field.name] ?? field.default }));
}
