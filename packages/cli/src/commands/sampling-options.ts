import { Option } from 'commander';
import { countOption, parseNumber, seedOption } from './common-options';

/** Creates the options that say how a language model draws tokens, but for the temperature. */
export function samplingOptions(): Option[] {
  return [
    countOption('--top-k <count>', 'draw only among this many most likely tokens (default: all)'),
    new Option(
      '--top-p <share>',
      'draw only among the most likely tokens with at least this probability together (default: 1, all)',
    ).argParser(parseNumber),
    new Option(
      '--advantage-weight <number>',
      'how strongly the values of a model of `lamo train ilql` steer it: 0 writes as it imitates (default: as it was trained)',
    ).argParser(parseNumber),
    seedOption('seed of the draws'),
  ];
}
