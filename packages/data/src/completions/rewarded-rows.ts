import type { Tokenizer } from '../text/tokenizer';
import { encodeExample } from './encode-example';
import type { Message } from './example';
import { completionFields } from './open-completions';
import { openRows } from './open-rows';
import { hasMessages, type ReadingOptions, readExample } from './read-example';
import type { Fields } from './read-reward';

/** A line of a file of completions, to be given rewards. */
export interface RewardableRow {
  /** Tokens of each part that is learned, ends of text among them: of a dialogue those of each message of the assistant. */
  readonly learned: readonly number[];
  /**
   * Gives the line with this reward in place of those it had: one for the whole, or one for each learned token. It stands in the field that
   * rewards are read from, `reward` or `rewards` where none is named.
   */
  put(reward: number | ArrayLike<number>): Fields;
}

/**
 * Reads the lines of files of completions so that they can be written again with other rewards; all else that stands in them is kept,
 * but for columns of Parquet files that completions do not have.
 *
 * @throws LamoError as reading and tokenising completions do
 * @example
 * for await (const row of rewardableRows('answers.jsonl', tokenizer)) console.log(row.put(1));
 */
export async function* rewardableRows(
  files: string | readonly string[],
  tokenizer: Tokenizer,
  options: ReadingOptions = {},
): AsyncGenerator<RewardableRow> {
  const { rows } = openRows(files, completionFields(options), 'prompts and completions');
  for await (const { place, row } of rows()) {
    const { turns } = encodeExample(readExample(place, row, options), tokenizer);
    const learned = turns.map((turn) => turn.learned.length).filter((count) => count > 0);
    yield { learned, put: (reward) => withReward(row, learned, reward, options) };
  }
}

function withReward(
  row: Fields,
  learned: readonly number[],
  reward: number | ArrayLike<number>,
  options: ReadingOptions,
): Fields {
  const { rewardField } = options;
  const rest = withoutRewards(row, rewardField);
  const given = (value: number | readonly number[]) => ({
    [rewardField ?? (typeof value === 'number' ? 'reward' : 'rewards')]: value,
  });
  if (!hasMessages(row, options))
    return { ...rest, ...given(typeof reward === 'number' ? reward : Array.from(reward)) };
  const messages = (row.messages as readonly Message[]).map((message) =>
    withoutRewards(message, rewardField),
  );
  if (typeof reward === 'number') return { ...rest, messages, ...given(reward) };
  const [numbers, counts] = [Array.from(reward), [...learned]];
  // Each message of the assistant has the rewards of its own tokens.
  const spread = messages.map((message) =>
    message.role === 'assistant' ? { ...message, ...given(numbers.splice(0, counts.shift())) } : message,
  );
  return { ...rest, messages: spread };
}

/** Leaves out what would be read as a reward. */
function withoutRewards(fields: object, rewardField: string | undefined): Fields {
  const names = rewardField === undefined ? ['reward', 'rewards'] : [rewardField];
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
