import type { Encoding } from '@lamo/data';
import { InvalidArgumentError, Option } from 'commander';
import { choiceParser, parseStrings } from './common-options';

/** Every encoding there is; to load the package for them would make help slow. */
const BY_NAME: Readonly<Record<Encoding, true>> = {
  ...({ number: true, category: true, 'time-of-day': true, 'time-of-week': true, elapsed: true } as const),
};
const ENCODINGS = Object.keys(BY_NAME) as Encoding[];

/** Options that say which columns of a log of one's own are what. */
export function logOptions(): Option[] {
  const several = 'names, with * for any text, separated by commas';
  return [
    columns(
      '--observation <columns>',
      `what was observed before the action: ${several} (default: obs*, observation*, state*)`,
    ),
    columns(
      '--next-observation <columns>',
      'what was observed after it, in the same order (default: next_*, else the next row)',
    ),
    columns('--action <columns>', 'what was done: one category, or numbers (default: action*)'),
    new Option('--reward <column>', 'what it earned (default: reward)'),
    new Option(
      '--episode <column>',
      'rows with the same value are one episode (default: episode, episode_id, trajectory_id, session_id); none: no column is it, as of every option with a default',
    ),
    new Option('--time <column>', 'puts the rows of an episode in order (default: step, time, timestamp)'),
    new Option(
      '--terminated <column>',
      'true where an episode ended by itself (default: terminated, terminal)',
    ),
    new Option('--truncated <column>', 'true where it was cut (default: truncated, timeout)'),
    new Option('--done <column>', 'true where it ended; --ends says how'),
    ...episodeOptions(),
    ...valueOptions(),
  ];
}

/** Options that say what no column says of episodes. */
function episodeOptions(): Option[] {
  return [
    new Option(
      '--ends <how>',
      'what the last rows of episodes are that no column speaks of: terminated, if nothing more could have been earned; truncated, if it was only cut there',
    ).argParser(choiceParser(['terminated', 'truncated'])),
    new Option('--one-step', 'each row is an episode: a decision that changes nothing of what comes next'),
    new Option(
      '--probability <column>',
      'how likely the action was for whoever acted, for estimates (default: probability, propensity)',
    ),
    columns('--info <columns>', 'numbers to keep beside, such as a task (default: info.*)'),
  ];
}

/** Options that say how cells become numbers. */
function valueOptions(): Option[] {
  return [
    pairs(
      '--encode <pairs>',
      `how columns become numbers, as NAME=HOW,…: ${ENCODINGS.join(', ')} (default: texts as categories); times may be seconds since 1970, also milli-, micro- or nanoseconds`,
      choiceParser(ENCODINGS),
    ),
    pairs(
      '--fill <pairs>',
      'what stands in for missing values, as NAME=RULE,…: previous (the last value of the episode; the mean, where it begins with none), mean, drop (the whole episode), a number, or a category',
      (rule) => (rule !== '' && Number.isFinite(Number(rule)) ? Number(rule) : rule),
    ),
    new Option(
      '--missing-values <texts>',
      'texts that stand for a missing value in CSV, separated by commas (default: nothing, NA, N/A, NaN, null, None)',
    ).argParser((text: string) => ['', ...parseStrings(text)]),
  ];
}

/** What stands for no column where one would be found by its name. */
export const NONE = 'none';

/** An option that takes names, or none; given again, more of them. */
function columns(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: readonly string[] | undefined) =>
    text === NONE ? [] : [...(before ?? []), ...parseStrings(text)],
  );
}

/** An option that takes NAME=VALUE, separated by commas; given again, more of them. */
function pairs<Value>(flags: string, description: string, parse: (value: string) => Value): Option {
  const add = (text: string, before: Readonly<Record<string, Value>> | undefined) => {
    const all = parseStrings(text).map((pair) => {
      const at = pair.lastIndexOf('=');
      if (at <= 0) throw new InvalidArgumentError(`Expected NAME=VALUE, received ${JSON.stringify(pair)}.`);
      return [pair.slice(0, at), parse(pair.slice(at + 1))] as const;
    });
    return { ...before, ...Object.fromEntries(all) };
  };
  return new Option(flags, description).argParser(add);
}
