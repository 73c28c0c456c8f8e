import { type Command, Option } from 'commander';
import type { CompletionsFlags } from '../actions/train-on-completions';
import type { CataloguedAlgorithm } from '../catalogue';
import { NEW_CONTEXT } from '../language/model-defaults';
import {
  addCommonOptions,
  choiceParser,
  countOption,
  neededOption,
  parseCount,
  parseNumber,
  resumeOption,
} from './common-options';
import { addConfigFlags } from './config-flags';
import { addLanguageOptions, heldOutOption } from './language-training';

/** Adds the subcommand of `lamo train` for an algorithm that learns from prompts with completions. */
export function addOnCompletions(train: Command, algorithm: CataloguedAlgorithm): void {
  addOnExamples(train, algorithm, completionsOptions(), [
    'answers.jsonl',
    'lamo generate tuned --prompt "Question: …"',
  ]);
}

/** Adds the subcommand of `lamo train` for an algorithm that learns from pairs of answers. */
export function addOnPreferences(train: Command, algorithm: CataloguedAlgorithm): void {
  addOnExamples(train, algorithm, preferencesOptions(), [
    'pairs.jsonl',
    'lamo rewards tuned --completions answers.jsonl',
  ]);
}

/** @param example a file, and what may be done with the model */
function addOnExamples(
  train: Command,
  { name, title, paper, config }: CataloguedAlgorithm,
  options: readonly Option[],
  [file, use]: readonly [string, string],
): void {
  const command = addCommonOptions(train.command(name))
    .summary(title)
    .description(`${title}: ${paper}`)
    .usage('--completions <files...> --initialise-from <model> --steps <steps> --out <folder> [options]');
  addLanguageOptions(command, 'seeds the order of the examples, dropout, and the weights of a new model');
  command.option(
    '--initial <run>',
    'run or checkpoint whose parameters to begin with, of a model of the same sizes; optimisers begin anew',
  );
  command.addOption(resumeOption());
  for (const option of options) command.addOption(option.helpGroup('Completions:'));
  for (const option of command.options) {
    if (option.long === '--steps' || option.long === '--out') neededOption(option);
  }
  const example = `lamo train ${name} --completions ${file} --initialise-from nano --steps 500 --out tuned`;
  addConfigFlags(command, config, 'Model and training:')
    .addHelpText('after', `\nExample:\n  ${example}\n  ${use}`)
    .action(async (flags: CompletionsFlags) =>
      (await import('../actions/train-on-completions')).trainOnCompletions(command, name, flags),
    );
}

/** Creates the options that say which completions are learned, and how they are read. */
export function completionsOptions(): Option[] {
  return [
    ...readingOptions(),
    new Option(
      '--top <share>',
      'learn only from this share of the examples, those with the highest rewards',
    ).argParser(parseNumber),
    tokenizerOption(),
    ...measuringOptions(),
  ];
}

/** Creates the options that say which pairs of answers are learned, and how they are read. */
function preferencesOptions(): Option[] {
  return [
    neededOption(
      new Option(
        '--completions <files...>',
        'files of JSON lines, {"prompt": "…", "chosen": "…", "rejected": "…"} each, answers also as lists of messages, or Parquet files with such columns',
      ),
    ),
    promptField(),
    new Option('--chosen-field <name>', 'field of a line that holds the better answer').default('chosen'),
    new Option('--rejected-field <name>', 'field of a line that holds the worse answer').default('rejected'),
    ...lengthOptions(),
    tokenizerOption(),
    heldOutOption('share of the pairs that is kept to measure accuracy, drawn at random'),
    new Option('--held-out-completions <files...>', 'measure accuracy on these instead').conflicts('heldOut'),
  ];
}

const promptField = () =>
  new Option('--prompt-field <name>', 'field of a line that holds the prompt').default('prompt');

const tokenizerOption = () =>
  new Option('--tokenizer <name>', 'folder or name of a tokenizer (default: that of the model)');

/** Creates the options that say where completions are, and how they are read. */
export function readingOptions(): Option[] {
  return [
    neededOption(
      new Option(
        '--completions <files...>',
        'files of JSON lines, {"prompt": "…", "completion": "…"} or {"messages": [{"role": "user", "content": "…"}, …]} each, or Parquet files with such columns',
      ),
    ),
    promptField(),
    new Option('--completion-field <name>', 'field of a line that holds the completion').default(
      'completion',
    ),
    new Option(
      '--reward-field <name>',
      'field that holds rewards, of a line or a message (default: reward; rewards, one for each token)',
    ),
    ...lengthOptions(),
  ];
}

/**
 * Creates the option that says how messages become text.
 *
 * @param usual what it is without the option, where commander does not say it
 * @param what becomes text, if not messages
 */
export function templateOption(usual?: string, what = 'how messages become text'): Option {
  const description = `${what}: plain (as they are), chatml, tokenizer (its own; tokenizer:<name> of several), or a file of Jinja, .jinja`;
  return new Option(
    '--template <name>',
    usual === undefined ? description : `${description} (${usual})`,
  ).argParser(parseTemplate);
}

/** Creates the options that say how messages become text, and how long it may be. */
function lengthOptions(): Option[] {
  return [
    templateOption().default('plain'),
    countOption(
      '--context <tokens>',
      `most tokens of an example (default: positions of the model; ${NEW_CONTEXT} for a new one)`,
    ),
    new Option(
      '--too-long <what>',
      'what is done with longer ones: refuse, cut-prompt (its beginning), leave-out',
    )
      .argParser(choiceParser(['refuse', 'cut-prompt', 'leave-out']))
      .default('refuse'),
  ];
}

function parseTemplate(text: string): string {
  const isOwn = /^tokenizer:.|\.jinja2?$/i.test(text);
  return isOwn ? text : choiceParser(['plain', 'chatml', 'tokenizer'], 'a .jinja file, or one')(text);
}

/** Creates the options that say what a training is measured on. */
function measuringOptions(): Option[] {
  return [
    heldOutOption('share of the examples that is kept to measure perplexity, drawn at random'),
    new Option('--held-out-completions <files...>', 'measure perplexity on these instead').conflicts(
      'heldOut',
    ),
    new Option(
      '--sample-prompts <count>',
      'held-out prompts that each snapshot completes, to look at (default: none)',
    ).argParser((text) => (text === '0' ? 0 : parseCount(text))),
  ];
}
