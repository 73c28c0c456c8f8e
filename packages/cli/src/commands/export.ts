import { type Command, Option } from 'commander';
import { adapterOption, choiceParser, countOption, lazily, neededOption } from './common-options';

/** Defines `lamo export`. */
export function defineExport(command: Command): void {
  command
    .argument('[model]')
    .description(
      'Writes a language model for other programs, with its tokenizer: `nano`, a run, a folder, or a name on the hub. Policies are ONNX files as they are trained.',
    )
    .usage('<model> --out <folder> [options]')
    .addOption(adapterOption())
    .addOption(
      new Option(
        '--format <name>',
        'safetensors, for Python’s transformers and for lamo; or onnx, with a cache of keys and values',
      )
        .argParser(choiceParser(['safetensors', 'onnx']))
        .default('safetensors'),
    )
    .addOption(
      countOption('--context <tokens>', 'with onnx: most tokens of a text (default: positions of the model)'),
    )
    .addOption(neededOption(new Option('--out <folder>', 'folder to write, which is not there yet')))
    .addHelpText(
      'after',
      '\nExamples:\n  lamo export tuned --format onnx --out tuned-onnx\n' +
        '  lamo export gpt2 --adapter my-adapter --out merged',
    )
    .action(lazily(async () => (await import('../actions/export')).exportModel));
}
