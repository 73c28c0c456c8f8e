import { type Command, Option } from 'commander';
import {
  adapterOption,
  choiceParser,
  countOption,
  deviceOption,
  lazily,
  parseNumber,
} from './common-options';
import { readingOptions } from './train-on-completions';

/** Defines `lamo rewards`. */
export function defineRewards(command: Command): void {
  command
    .argument('<model>')
    .description(
      'Asks a reward model how good examples are; of any other language model it reads the logits as values, and shows by which rewards these explain examples: `nano`, a run, a folder, or a name on the hub. Where examples have rewards of their own, it says how well the two agree.',
    )
    .usage('<model> --completions <files...> [options]')
    .addOption(adapterOption());
  for (const option of readingOptions()) command.addOption(option);
  command
    .addOption(
      new Option('--discount <number>', 'γ that the model was trained with')
        .argParser(parseNumber)
        .default(1),
    )
    .addOption(
      new Option(
        '--redistribute <how>',
        'of a reward model: spread the reward of each example over its tokens in --out, by its attention',
      ).argParser(choiceParser(['attention'])),
    )
    .addOption(
      new Option(
        '--redistributed-share <number>',
        'with --redistribute: share that is spread; the last token gets the rest (default: 0.8)',
      ).argParser(parseNumber),
    )
    .option(
      '--out <file>',
      'write the reward of every token, as a line of JSON for each example; of a reward model the examples themselves with its rewards',
    )
    .option('--overwrite', 'replace the file if there is one')
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .addHelpText('after', '\nExample:\n  lamo rewards tuned --completions answers.jsonl --out rewards.jsonl')
    .action(lazily(async () => (await import('../actions/rewards')).readRewards));
}
