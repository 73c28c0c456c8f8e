import { LamoError } from '@lamo/core';
import type { Message, Role } from './example';
import { badReward, type Fields, readReward } from './read-reward';

const ROLES: readonly string[] = ['system', 'developer', 'user', 'assistant', 'tool'] satisfies Role[];

/**
 * Reads the messages of a dialogue, `[{"role": "user", "content": "…"}, …]`.
 *
 * @param place where they stand, for errors
 * @throws LamoError `bad-messages`, `bad-reward`
 */
export function readMessages(place: string, value: unknown, rewardField: string | undefined): Message[] {
  if (!Array.isArray(value)) throw badMessages(place, 'a list of messages', show(value));
  const messages = value.map((message, i) =>
    readMessage(`message ${i + 1} in ${place}`, message, rewardField),
  );
  if (messages.some(({ role }) => role === 'assistant')) return messages;
  throw badMessages(
    place,
    'at least one message of the role assistant: only these are learned',
    messages.map(({ role }) => role).join(', ') || 'no messages',
  );
}

function readMessage(place: string, value: unknown, rewardField: string | undefined): Message {
  const fields = Object(value) as Fields;
  const { role, content } = fields;
  if (!ROLES.includes(role as string)) throw badMessages(place, `a role: ${ROLES.join(', ')}`, show(role));
  if (typeof content !== 'string' || content === '')
    throw badMessages(place, 'a `content`, a text of at least one character', show(content));
  const reward = readReward(place, fields, rewardField);
  if (reward !== undefined && role !== 'assistant')
    throw badReward(
      place,
      rewardField ?? 'reward',
      'rewards in messages of the assistant only',
      `one in a message of the role ${role}: put it into the assistant's message that brought it`,
    );
  return { role: role as Role, content, ...(reward !== undefined && { reward }) };
}

const show = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value).slice(0, 60));

function badMessages(place: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'bad-messages',
    problem: `The messages cannot be learned from: ${place}`,
    expected,
    received,
    hint: 'A line is like {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}. Leave out messages without a text.',
  });
}
