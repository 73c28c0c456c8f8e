import { type Command, Option } from 'commander';
import type { PretrainFlags } from '../actions/pretrain';
import { catalogue } from '../catalogue';
import { NEW_CONTEXT, VOCABULARY } from '../language/model-defaults';
import { countOption } from './common-options';
import { addConfigFlags } from './config-flags';
import { addLanguageOptions, heldOutOption } from './language-training';

const pretraining = catalogue.algorithms.find(({ name }) => name === 'pretrain')!;

/** Defines `lamo pretrain`. */
export function definePretrain(command: Command): void {
  command
    .description(
      'Trains a GPT-2 of any size on text, from scratch or from given weights, with snapshots on its way.',
    )
    .usage(
      '--text <sources...> --steps <steps> --out <folder> [options]\n       lamo pretrain --resume <run>',
    )
    // Refused with what was meant: several runs to resume.
    .allowExcessArguments()
    .addOption(
      new Option(
        '--resume [run]',
        'continue the run in this folder; without one, what this command started before, and start the rest',
      ).conflicts('overwrite'),
    );
  addLanguageOptions(command, 'seeds initial weights, the order of the text, and dropout');
  addTextOptions(command);
  addConfigFlags(command, pretraining.config, 'Model and training:')
    .addHelpText(
      'after',
      '\nExample:\n  lamo pretrain --text notes book.txt --steps 2000 --out my-model\n  lamo generate my-model --prompt "Once"',
    )
    .action(async (flags: PretrainFlags) =>
      (await import('../actions/pretrain')).runPretraining(command, flags),
    );
}

function addTextOptions(command: Command): void {
  const options = [
    new Option(
      '--text <sources...>',
      'files, folders, or data sets of the hub such as wikitext; or tokens that are not language: markov-chain or independent-tokens, with options such as markov-chain:states=10,memory=2',
    ),
    new Option(
      '--text-field <name>',
      'field of .jsonl, or column of .parquet files, with the text (default: text)',
    ),
    new Option('--subset <name>', 'part of a data set: a folder within it'),
    new Option('--split <name>', 'files with this word in their names: train, validation, test'),
    heldOutOption('share of the text that is kept to measure perplexity, its end'),
    new Option('--held-out-text <sources...>', 'measure perplexity on this text instead').conflicts(
      'heldOut',
    ),
    new Option('--shuffle-tokens', 'put the tokens of each block in random order: words without a language'),
    new Option('--tokenizer <name>', 'folder or name of a tokenizer (default: learn one from the text)'),
    countOption('--context <tokens>', 'tokens per block of text, and positions of a new model').default(
      NEW_CONTEXT,
    ),
    countOption('--vocabulary <tokens>', `size of the vocabulary to learn (default: ${VOCABULARY})`),
  ];
  for (const option of options) command.addOption(option.helpGroup('Text:'));
}
