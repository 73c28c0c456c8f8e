import { type Command, Option } from 'commander';
import { adapterOption, countOption, deviceOption, lazily, parseNumber } from './common-options';
import { readingOptions } from './train-on-completions';

/** Defines `lamo rewards`. */
export function defineRewards(command: Command): void {
  command
    .argument('<model>')
    .description(
      'Reads the logits of a language model as values, and shows by which rewards these explain examples: `nano`, a run, a folder, or a name on the hub. Where examples have rewards of their own, it says how well the two agree.',
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
    .option('--out <file>', 'write the reward of every token, as a line of JSON for each example')
    .option('--overwrite', 'replace the file if there is one')
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .addHelpText('after', '\nExample:\n  lamo rewards tuned --completions answers.jsonl --out rewards.jsonl')
    .action(lazily(async () => (await import('../actions/rewards')).readRewards));
}
