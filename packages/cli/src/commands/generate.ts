import { type Command, Option } from 'commander';
import { adapterOption, countOption, deviceOption, lazily, parseNumber } from './common-options';
import { samplingOptions } from './sampling-options';
import { templateOption } from './train-on-completions';

/** Defines `lamo generate`. */
export function defineGenerate(command: Command): void {
  addTexts(command).addOption(
    new Option(
      '--temperature <number>',
      'divides the logits: 0 takes the most likely token, 1 draws as the model says',
    )
      .argParser(parseNumber)
      .default(1),
  );
  for (const option of samplingOptions()) command.addOption(option);
  command
    .addOption(countOption('--batch-size <count>', 'most continuations at once').default(32))
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .addHelpText(
      'after',
      '\nExamples:\n  lamo generate nano --prompt "The captain was" --tokens 40 --top-k 40\n' +
        '  lamo generate nano --prompts questions.txt --samples 4 --top-p 0.9 > answers.jsonl',
    )
    .action(lazily(async () => (await import('../actions/generate')).generate));
}

/** Adds what is continued, by which model, and how often. */
function addTexts(command: Command): Command {
  return command
    .argument('[model]')
    .description(
      'Continues a text with a language model: `nano`, a run of `lamo pretrain`, a folder, or a name on the hub.',
    )
    .addOption(adapterOption('; a model need then not be named'))
    .option('--prompt <text>', 'text to continue', '')
    .addOption(
      new Option(
        '--prompts <file>',
        'continue many: a prompt on each line, or JSON lines with a field `prompt` (.jsonl), or a column of it (.parquet); shown as JSON lines',
      ).conflicts('prompt'),
    )
    .addOption(
      templateOption(
        'default: plain',
        'how a prompt is asked of a model that learned from dialogues, as what a user says',
      ),
    )
    .addOption(countOption('--samples <count>', 'continuations of each prompt').default(1))
    .addOption(countOption('--tokens <count>', 'maximum number of tokens to add').default(100));
}
