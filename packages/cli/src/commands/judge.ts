import { type Command, Option } from 'commander';
import {
  adapterOption,
  choiceParser,
  countOption,
  deviceOption,
  lazily,
  neededOption,
  parseNumbers,
} from './common-options';
import { samplingOptions } from './sampling-options';
import { templateOption } from './train-on-completions';

/** Defines `lamo judge`. */
export function defineJudge(command: Command): void {
  command
    .argument('<model>')
    .description(
      'Lets a language model complete prompts at several temperatures, and says how good its texts are and how different: `nano`, a run, a folder, or a name on the hub. Of a run, the figures are kept in its folder, where `lamo report` finds them.',
    )
    .usage('<model> --completions <files...> [options]')
    .addOption(adapterOption());
  for (const option of askingOptions()) command.addOption(option.helpGroup('What is asked:'));
  for (const option of writingOptions()) command.addOption(option.helpGroup('How it writes:'));
  for (const option of comparingOptions()) command.addOption(option.helpGroup('How that is judged:'));
  command
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .addHelpText(
      'after',
      '\nExample:\n  lamo judge tuned --completions held-out.jsonl --temperatures 0.5,0.7,1 --samples 10\n  lamo report tuned other --out report.html',
    )
    .action(lazily(async () => (await import('../actions/judge')).judge));
}

function askingOptions(): Option[] {
  return [
    neededOption(
      new Option(
        '--completions <files...>',
        'files of prompts and completions, JSON lines or Parquet; all completions of a prompt are its references',
      ),
    ),
    new Option('--prompt-field <name>', 'field that holds the prompt').default('prompt'),
    new Option('--completion-field <name>', 'field that holds the completion').default('completion'),
    templateOption('default: that of the run, or else plain'),
    countOption('--prompts <count>', 'most prompts that are asked, the first ones').default(100),
  ];
}

function writingOptions(): Option[] {
  return [
    new Option('--temperatures <numbers>', 'separated by commas: 0 takes the most likely token')
      .argParser(parseNumbers)
      .default([0.5, 0.7, 1, 1.4], '0.5,0.7,1,1.4'),
    countOption('--samples <count>', 'texts for each prompt').default(10),
    countOption('--tokens <count>', 'most tokens of a text').default(100),
    ...samplingOptions(),
    countOption('--batch-size <count>', 'most texts at once').default(32),
  ];
}

function comparingOptions(): Option[] {
  return [
    new Option('--unit <name>', 'what n-grams are of: words (parted by white space), characters')
      .argParser(choiceParser(['words', 'characters']))
      .default('words'),
    countOption('--n <length>', 'longest n-grams of BLEU and Self-BLEU').default(4),
    new Option(
      '--score <file>',
      'JavaScript module of yours whose default export gives a text a number: (text, { prompt, references }) => …',
    ),
  ];
}
