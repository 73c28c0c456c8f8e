import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError, parseRecord, writeFileAtomic } from '@lamo/core';
import { z } from 'zod';
import { readJsonFile } from '../run/json-file';
import { type JsonLines, readJsonLines } from '../run/json-lines';
import { checkTasks } from './check-tasks';

/** Raised when the layout of these folders changes. */
const FORMAT = 1;

/** Where everything of an active fine-tuning lies. */
export interface ActiveFolder {
  readonly path: string;
  /** `active.json`: what is settled when it begins. */
  readonly settings: string;
  /** `pretrained.safetensors`: the policy as it was before. */
  readonly pretrained: string;
  /** `rounds.jsonl`: what was asked for, and what came of it. */
  readonly rounds: string;
  /** Folder of what was shown: `round-0003-1.hdf5` for the first task of round 3. */
  readonly demonstrations: string;
  /** `networks.safetensors`: the networks after the last round, and the line of that round. */
  readonly networks: string;
  /** `policy.onnx`: how the policy acts after the last round. */
  readonly policy: string;
}

/** Names the files of the folder. */
export function activeFolder(path: string): ActiveFolder {
  return {
    path,
    settings: join(path, 'active.json'),
    pretrained: join(path, 'pretrained.safetensors'),
    rounds: join(path, 'rounds.jsonl'),
    demonstrations: join(path, 'demonstrations'),
    networks: join(path, 'networks.safetensors'),
    policy: join(path, 'policy.onnx'),
  };
}

/** The file of what was shown for a task of a round. @param position of the task in the round, from 0 */
export function demonstrationFile(folder: ActiveFolder, round: number, position: number): string {
  return join(folder.demonstrations, `round-${String(round).padStart(4, '0')}-${position + 1}.hdf5`);
}

/** Far more than anybody needs: what is above it is a slip, and would end in want of memory after minutes. */
const MOST = { perRound: 100, batchSize: 1_000_000, episodes: 10_000, pretrained: 10_000 };

const task = z.strictObject({
  name: z.string().min(1),
  code: z.array(z.number()).min(1),
  /** That the code was made of. */
  sentence: z.string().exactOptional(),
  weight: z.number().positive().default(1),
});

/** A task, and how much it matters. */
export type ListedTask = z.infer<typeof task>;

const KIND = 'settings of an active fine-tuning';

const settings = z.strictObject({
  format: z.literal(FORMAT),
  /** The task set whose expert shows what is asked for; null if somebody else does. */
  set: z.string().nullable(),
  tasks: z.array(task).min(1),
  rule: z.string(),
  /** Rounds in all, those of the first demonstrations too. */
  rounds: z.int().positive(),
  perRound: z.int().positive().max(MOST.perRound),
  seed: z.int().min(0),
  /** Gradient steps of a round. */
  steps: z.int().positive(),
  batchSize: z.int().positive().max(MOST.batchSize),
  learningRate: z.number().positive(),
  /** null: no adaptive prior. */
  beta: z.number().min(0).nullable(),
  noise: z.number().positive(),
  /** Episodes of each task after each round; 0 without an environment. */
  episodes: z.int().min(0).max(MOST.episodes),
  /** How often each task was shown before, if that is known. */
  pretrained: z.array(z.int().min(0).max(MOST.pretrained)).nullable(),
  /** Which policy it began with, for people. */
  policy: z.string(),
});

/** What is settled when it begins. */
export type ActiveSettings = z.infer<typeof settings>;

const round = z.strictObject({
  round: z.int().min(0),
  asked: z.array(z.string()),
  /** SHA-256 of what was shown for each, so that no other file takes its place. */
  shown: z.array(z.string()),
  isWarmStart: z.boolean(),
  /** What the rule went by, for each task that could be asked for; null if it compares none. */
  values: z.record(z.string(), z.number()).nullable(),
  losses: z.record(z.string(), z.number()),
  mixing: z.record(z.string(), z.number()),
  /** Shares of episodes that did their tasks, and mean returns; null where nothing was played. */
  successes: z.record(z.string(), z.number()).nullable(),
  returns: z.record(z.string(), z.number()).nullable(),
});

/** A line of {@link ActiveFolder.rounds} about a round. */
export type RoundRecord = z.infer<typeof round>;

const skip = z.strictObject({ skipped: z.string() });

/** A line of {@link ActiveFolder.rounds}: a round, the first evaluation, or a task that nobody can show. */
export type RoundLine = RoundRecord | z.infer<typeof skip>;

/** The file of rounds. */
export function roundLines({ rounds }: ActiveFolder): JsonLines<RoundLine> {
  return { path: rounds, schema: z.union([round, skip]), kind: 'a line about a round' };
}

/** Reads what was settled. @throws LamoError `not-active` if the folder is another one, `damaged-file` */
export function readSettings(folder: ActiveFolder): ActiveSettings {
  if (!existsSync(folder.settings)) throw notActive(folder);
  const read = readJsonFile(folder.settings, settings, { kind: KIND });
  checkTasks(folder.settings, read.tasks, 'damaged-file');
  return read;
}

/** Checks flags as settings, before anything is done by them. @throws LamoError `invalid-flags` */
export function checkSettings(flags: Partial<Omit<ActiveSettings, 'format'>>): void {
  const origin = { where: 'cli/active', code: 'invalid-flags', name: 'What was said', kind: KIND };
  parseRecord(settings.partial(), flags, origin);
}

/**
 * Reads what was asked for, and what came of it; nothing before the first round.
 *
 * @throws LamoError `damaged-file`, also if rounds are missing or in another order
 */
export function readRounds(folder: ActiveFolder): {
  readonly records: RoundRecord[];
  readonly skipped: readonly string[];
} {
  const lines = readJsonLines(roundLines(folder));
  const records = lines.filter((line): line is RoundRecord => 'round' in line);
  const wrong = records.findIndex((record, i) => record.round !== i);
  if (wrong >= 0) throw otherOrder(folder, wrong, records[wrong]!.round);
  return { records, skipped: lines.flatMap((line) => ('skipped' in line ? [line.skipped] : [])) };
}

/** Writes what is settled: the folder is one from then on. */
export function writeSettings(folder: ActiveFolder, value: Omit<ActiveSettings, 'format'>): void {
  writeFileAtomic(folder.settings, `${JSON.stringify({ format: FORMAT, ...value }, null, 2)}\n`);
}

/** Reads the line of a round out of the header of its networks. */
export function parseRound(value: unknown, name: string): RoundRecord {
  return parseRecord(round, value, { where: 'cli/active', name, kind: 'what a round leaves' });
}

function otherOrder({ rounds }: ActiveFolder, expected: number, received: number): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'damaged-file',
    problem: `${rounds} does not have its rounds one after the other`,
    expected: `round ${expected}`,
    received: `round ${received}`,
    hint: 'Take the file from a backup: lines are missing, double or in another order.',
  });
}

function notActive({ path, settings: file }: ActiveFolder): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'not-active',
    problem: existsSync(path)
      ? `${path} is not the folder of an active fine-tuning`
      : `There is no folder '${path}'`,
    expected: `a folder with ${file}`,
    hint: '`lamo active begin` and `lamo active run` make one.',
  });
}
