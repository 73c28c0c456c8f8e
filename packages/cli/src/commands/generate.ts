import { type Command, Option } from 'commander';
import { countOption, deviceOption, lazily, parseNumber, seedOption } from './common-options';

/** Defines `lamo generate`. */
export function defineGenerate(command: Command): void {
  command
    .argument('<model>')
    .description(
      'Continues a text with a language model: `nano`, a run of `lamo pretrain`, a folder, or a name on the hub.',
    )
    .option('--prompt <text>', 'text to continue', '')
    .addOption(countOption('--tokens <count>', 'maximum number of tokens to add').default(100))
    .addOption(
      new Option(
        '--temperature <number>',
        'divides the logits: 0 takes the most likely token, 1 draws as the model says',
      )
        .argParser(parseNumber)
        .default(1),
    )
    .addOption(countOption('--top-k <count>', 'draw only among this many most likely tokens (default: all)'))
    .addOption(seedOption('seed of the draws'))
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .addHelpText(
      'after',
      '\nExample:\n  lamo generate nano --prompt "The captain was" --tokens 40 --top-k 40',
    )
    .action(lazily(async () => (await import('../actions/generate')).generate));
}
