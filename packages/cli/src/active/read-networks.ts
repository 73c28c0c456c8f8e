import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { NeuralLearner } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { loadCheckpoint } from '@lamo/runtime';
import { type ActiveFolder, parseRound, type RoundRecord } from './active-folder';

/** The networks after the last round. */
export interface SavedNetworks {
  readonly state: ReturnType<NeuralLearner['state']>;
  /** The line of that round. */
  readonly record: RoundRecord;
  /** Whether the process was killed between the two: the line of a round comes after its networks. */
  readonly isCut: boolean;
}

/**
 * Reads the networks of a folder, which say of which round they are.
 *
 * @param records the lines of its rounds
 * @returns undefined before the first round
 * @throws LamoError `damaged-file` if they are missing or not those that left the last of these lines, and what checkpoints throw that cannot
 *   be read
 */
export function readNetworks(
  folder: ActiveFolder,
  records: readonly RoundRecord[],
): SavedNetworks | undefined {
  if (!existsSync(folder.networks)) {
    if (records.length > 0) throw noNetworks(folder, records.length);
    return undefined;
  }
  const { header, state } = loadCheckpoint(folder.networks);
  const record = parseRound(Object(header).round, folder.networks);
  const isCut = record.round === records.length;
  if (!isCut && record.round !== records.length - 1) throw otherRound(folder, records.length, record.round);
  if (!isCut && !isDeepStrictEqual(record, records.at(-1))) throw otherRun(folder);
  return { state: state as SavedNetworks['state'], record, isCut };
}

function noNetworks({ networks, rounds }: ActiveFolder, count: number): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'damaged-file',
    problem: `${networks} is not there, though ${rounds} has rounds`,
    expected: `the networks after round ${count - 1}`,
    received: 'none',
    hint: 'Take the file from a backup, or begin anew in another folder.',
  });
}

function otherRun({ networks, rounds }: ActiveFolder): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'damaged-file',
    problem: `${networks} is of another fine-tuning than ${rounds}`,
    expected: 'the networks that left the last of these lines',
    received: 'those of other losses',
    hint: 'Take both from the same backup, or begin anew in another folder.',
  });
}

function otherRound({ networks, rounds }: ActiveFolder, expected: number, received: number): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'damaged-file',
    problem: `${networks} and ${rounds} are not of the same round`,
    expected: `round ${expected - 1}`,
    received: `round ${received}`,
    hint: 'Take both from the same backup, or begin anew in another folder.',
  });
}
