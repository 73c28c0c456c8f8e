import { type Command, Option } from 'commander';
import { adapterOption, countOption, deviceOption, lazily, neededOption } from './common-options';

/** Defines `lamo perplexity`. */
export function definePerplexity(command: Command): void {
  command
    .argument('<model>')
    .description(
      'Measures how well a language model predicts a text: `nano`, a run of `lamo pretrain`, a folder, or a name on the hub.',
    )
    .usage('<model> --text <sources...> [options]')
    .addOption(adapterOption())
    .addOption(neededOption(new Option('--text <sources...>', 'files, folders, or data sets of the hub')))
    .option('--text-field <name>', 'field of .jsonl, or column of .parquet files, with the text', 'text')
    .addOption(
      countOption('--context <tokens>', 'tokens of a block (default: as many as the model has positions)'),
    )
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .action(lazily(async () => (await import('../actions/perplexity')).measurePerplexity));
}
