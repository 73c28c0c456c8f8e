import { type Command, Option } from 'commander';
import { catalogue } from '../catalogue';
import {
  addCommonOptions,
  choiceParser,
  countOption,
  deviceOption,
  lazily,
  neededOption,
  parseInteger,
  parseNumber,
  parseNumbers,
} from './common-options';
import { datasetOptions } from './dataset-options';

/** Defines `lamo active`. */
export function defineActive(active: Command): void {
  active
    .description(
      'Fine-tunes a policy for several tasks, and asks for the demonstrations that teach it most: by an expert that comes with a task set (`run`), or by whoever can show them (`begin`, `ask`, `tell`).',
    )
    .enablePositionalOptions();
  defineRun(addCommonOptions(active.command('run')));
  defineBegin(addCommonOptions(active.command('begin')));
  defineAsk(addCommonOptions(active.command('ask')));
  defineTell(addCommonOptions(active.command('tell')));
  defineReport(addCommonOptions(active.command('report')));
}

function defineRun(command: Command): void {
  command
    .summary('fine-tune a policy with the expert of a task set')
    .argument('[set]', 'a task set: see `lamo list tasks`')
    .description('Fine-tunes a policy for the tasks of a set, whose expert shows what is asked for.')
    .addOption(
      new Option(
        '--policy <run>',
        'run or checkpoint of multi-task-bc to begin with (default: one that is trained first)',
      ),
    )
    .addOption(
      new Option(
        '--pretrained <counts>',
        'demonstrations of each task that the policy is trained on first, or with --policy was: one number for all or one for each',
      )
        .argParser(parseNumbers)
        .default([3], '3'),
    )
    .addOption(
      countOption('--pretraining-steps <count>', 'without --policy: gradient steps on them').default(2000),
    )
    .addOption(episodesOption());
  for (const option of tuningOptions({ steps: 300, learningRate: 1e-3, batchSize: 64 }))
    command.addOption(option);
  command
    .addOption(new Option('--out <folder>', 'folder to make').default('runs/active'))
    .addOption(
      new Option('--resume <folder>', 'go on with an earlier one; everything but the device is as it was'),
    )
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .addHelpText(
      'after',
      '\nExample:\n  lamo active run swirl --pretrained 6,6,6,6,0,0,0,0 --out runs/swirl\n  lamo active report runs/swirl',
    )
    .action(lazily(async () => (await import('../actions/active-run')).runActive));
}

function defineBegin(command: Command): void {
  command
    .summary('begin with tasks of your own')
    .description(
      'Makes the folder of an active fine-tuning whose demonstrations are given by whoever can show the tasks.',
    )
    .addOption(neededOption(new Option('--policy <run>', 'run or checkpoint of multi-task-bc to begin with')))
    .addOption(
      new Option(
        '--tasks <file>',
        'JSON list of the tasks: [{"name": "kettle", "code": [1, 0], "weight": 2}, …], or with a "sentence" in place of the code (default: numbered ones, as --task-classes told them)',
      ),
    )
    .addOption(
      new Option(
        '--language-model <model>',
        'GPT-2 whose codes say the sentences of tasks: nano, a folder, or a name on the hub (default: nano)',
      ),
    )
    .addOption(
      new Option(
        '--pretrained <counts>',
        'how often each task was shown before, for the rule fewest-demonstrations',
      ).argParser(parseNumbers),
    );
  for (const option of tuningOptions({ steps: 3000, learningRate: 1e-4, batchSize: 256 }))
    command.addOption(option);
  command
    .addOption(neededOption(new Option('--out <folder>', 'folder to make')))
    .addHelpText(
      'after',
      '\nExample:\n  lamo active begin --policy runs/tasks --tasks tasks.json --out runs/asking\n  lamo active ask runs/asking',
    )
    .action(lazily(async () => (await import('../actions/active-begin')).beginAsking));
}

function defineAsk(command: Command): void {
  command
    .summary('say what to show next, and why')
    .argument('<folder>')
    .description('Says which task a demonstration of would teach most, and why: the same until it is told.')
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .action(lazily(async () => (await import('../actions/active-ask')).askActive));
}

function defineTell(command: Command): void {
  command
    .summary('learn from demonstrations')
    .argument('<folder>')
    .argument('[files...]', 'a dataset for each task that was asked for, in its order')
    .description(
      'Learns from what was shown: whole episodes of the task that was asked for. Where observations do not say the task, it is written behind them.',
    )
    .addOption(new Option('--cannot <task>', 'nobody can show this task: it is not asked for again'));
  for (const option of datasetOptions()) command.addOption(option);
  command
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .action(lazily(async () => (await import('../actions/active-tell')).tellActive));
}

function defineReport(command: Command): void {
  command
    .summary('show what was asked for, and what came of it')
    .argument('<folder>')
    .description(
      'Writes a page about an active fine-tuning: success, losses, what was asked for when, and why.',
    )
    .option('--out <file>', 'where to (default: report.html in the folder)')
    .action(lazily(async () => (await import('../actions/active-report')).reportActive));
}

/** Options of how to choose and to learn. */
function tuningOptions(usual: { steps: number; learningRate: number; batchSize: number }): Option[] {
  const rules = catalogue.selectionRules.map(({ name }) => name);
  return [
    new Option('--rule <name>', `how tasks are chosen: ${rules.join(', ')}`)
      .argParser(choiceParser(rules))
      .default(rules[0]),
    countOption(
      '--rounds <count>',
      'rounds in all, those in which each task is asked for once among them',
    ).default(20),
    countOption('--per-round <count>', 'demonstrations to ask for in a round').default(1),
    new Option('--seed <number>', 'seeds everything that is drawn').argParser(parseInteger).default(0),
    countOption('--steps <count>', 'gradient steps of a round').default(usual.steps),
    countOption('--batch-size <count>', 'rows in a batch').default(usual.batchSize),
    new Option('--learning-rate <number>', 'learning rate')
      .argParser(parseNumber)
      .default(usual.learningRate),
    new Option('--beta <number>', 'what it costs the adaptive prior to act as fine-tuned and not as before')
      .argParser(parseNumber)
      .default(0.01),
    new Option('--no-prior', 'always act as fine-tuned'),
    new Option('--noise <number>', 'variance of what a demonstration shows, in units of what is unknown')
      .argParser(parseNumber)
      .default(0.01),
  ];
}

function episodesOption(): Option {
  return new Option('--episodes <count>', 'episodes of each task to play after every round; 0 for none')
    .argParser(parseInteger)
    .default(20);
}
