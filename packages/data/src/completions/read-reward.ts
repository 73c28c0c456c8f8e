import { LamoError } from '@lamo/core';

/** A JSON object, of which only some fields are known. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a reward, or a list of one for each token, from a field. Without a name it is `reward`, or `rewards` for a list; null is none.
 *
 * @throws LamoError `bad-reward`
 */
export function readReward(
  place: string,
  fields: Fields,
  field: string | undefined,
): number | readonly number[] | undefined {
  const names = field === undefined ? ['reward', 'rewards'] : [field];
  const given = names.filter((name) => Object.hasOwn(fields, name) && fields[name] !== null);
  if (given.length > 1) throw badReward(place, 'reward', 'one of `reward` and `rewards`', 'both');
  const [name] = given;
  if (name === undefined) return undefined;
  const value = fields[name];
  if (isReward(value) || (Array.isArray(value) && value.every(isReward))) return value as number | number[];
  const wrong: unknown = Array.isArray(value) ? value.find((one) => !isReward(one)) : value;
  const received = typeof wrong === 'number' ? String(wrong) : (JSON.stringify(wrong) ?? String(wrong));
  throw badReward(place, name, 'a finite number, or a list with one for each token', received.slice(0, 60));
}

/** Batches hold rewards as 32-bit numbers. */
const isReward = (value: unknown) => typeof value === 'number' && Number.isFinite(Math.fround(value));

/** The error for an invalid reward. */
export function badReward(place: string, field: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'bad-reward',
    problem: `The field \`${field}\` of ${place} is not a reward that can be used`,
    expected,
    received,
    hint: 'If it means something else, name the field that holds rewards with `rewardField` (on the command line: --reward-field).',
  });
}
