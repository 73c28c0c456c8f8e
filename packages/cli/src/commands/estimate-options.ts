import { type Command, InvalidArgumentError, Option } from 'commander';
import { choiceParser, countOption, parseNumber, parseStrings } from './common-options';
import { datasetOptions } from './dataset-options';
import { givenOptions } from './given-options';

/** Heading of the options for judging by a log. */
const JUDGING = 'Judging by a log:';

/** Names of the estimators; to load the package for them would make help slow. */
export const ESTIMATORS: readonly string[] = ['fqe', 'wis', 'pdis', 'wpdis', 'dr', 'wdr', 'initial-value'];

/** Options that judge by a log, where there is no environment. */
export function estimateOptions(): Option[] {
  const own = [
    new Option(
      '--estimate <names>',
      `judge by a log, without playing: ${ESTIMATORS.join(', ')}, separated by commas`,
    ).argParser(parseEstimators),
    new Option('--dataset <file>', 'log to judge by (default: the one that the run learned from)'),
    new Option('--held-out', 'judge by the episodes alone that the run held out of its log'),
    new Option(
      '--discount <number>',
      'discount of future rewards (default: as in training, or 0.99)',
    ).argParser(parseDiscount),
    countOption('--steps <count>', 'gradient steps of FQE').default(20_000),
    countOption('--networks <count>', 'networks of FQE, each with a sample of the episodes').default(5),
    countOption('--hidden-size <count>', 'width of the networks of FQE').default(128),
    new Option(
      '--behaviour <source>',
      'how likely logged actions were: logged, or fitted to them (default: logged where the log says so)',
    ).argParser(choiceParser(['logged', 'fitted'])),
    new Option(
      '--softmax',
      'judge a policy that draws classes by softmax of its scores, not the one that takes the best; for wis, pdis and wpdis',
    ),
    new Option(
      '--bandwidth <number>',
      'spread around amounts that the policy takes, in spreads of whoever acted (default: by the number of episodes)',
    ).argParser(parseWidth),
  ];
  return [...own, ...datasetOptions()].map((option) =>
    option.helpGroupHeading === undefined ? option.helpGroup(JUDGING) : option,
  );
}

function parseEstimators(text: string): string[] {
  const names = parseStrings(text).map(choiceParser(ESTIMATORS, 'some'));
  if (names.length > 0) return names;
  throw new InvalidArgumentError(`Expected some of ${ESTIMATORS.join(', ')}.`);
}

const parseDiscount = (text: string) =>
  parseWithin(text, (value) => value >= 0 && value <= 1, 'between 0 and 1');
const parseWidth = (text: string) => parseWithin(text, (value) => value > 0, 'above 0');

function parseWithin(text: string, isRight: (value: number) => boolean, expected: string): number {
  const value = parseNumber(text);
  if (isRight(value)) return value;
  throw new InvalidArgumentError(`Expected a number ${expected}.`);
}

/** Options for playing alone. */
const PLAYING = ['environment', 'episodes', 'targetReturns', 'record', 'python', 'workers'];

/** Options for both. */
const BOTH = ['seed', 'device', 'json', 'quiet', 'verbose'];

/** Refuses options that mean nothing: those for playing beside `--estimate`, and those for judging without it. */
export function checkEstimateOptions(command: Command, isEstimate: boolean): void {
  const judging = estimateOptions().map((option) => option.attributeName());
  const [option] = givenOptions(command, [...BOTH, ...(isEstimate ? judging : PLAYING)]);
  if (option === undefined) return;
  command.error(
    isEstimate
      ? `error: ${option} is for playing, and --estimate judges by a log`
      : `error: ${option} is for judging by a log: --estimate ${ESTIMATORS.slice(0, 2).join(',')}`,
  );
}
