import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LamoError } from '@lamo/core';
import { allCollectors, collectorsOf, type EnvironmentEntry, findCollector } from '@lamo/eval';
import { playedSource } from './played-source';
import { MEDIUM_REPLAY, type Source } from './source';

/** Who is to play, or whose replay is to be copied. */
export interface SourceChoice {
  /** A collector, `medium-replay`, or a run or checkpoint whose policy plays. @default the first collector that fits */
  readonly policy?: string | undefined;
  /** A run that has learned by acting. */
  readonly replay?: string | undefined;
  /** Of what was played or copied, the SHA-256 by name, as a recipe that was recorded has it. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

/**
 * Finds where data come from. What trains, or was trained, needs a tensor library, which nothing else loads.
 *
 * @throws LamoError `missing-run`, `unknown-collector`, and what runs and checkpoints throw that cannot be opened
 */
export async function findSource(
  environment: EnvironmentEntry,
  { policy, replay, files }: SourceChoice,
): Promise<Source> {
  const run = [replay, policy].find((name) => name !== undefined && files?.[name] !== undefined);
  if (run !== undefined && !allCollectors().some(({ name }) => name === run) && !existsSync(run))
    throw missingRun(run);
  if (replay !== undefined) return (await import('./replay-source')).replaySource(replay);
  if (policy === MEDIUM_REPLAY) return (await import('./medium-replay')).mediumReplay(environment);
  if (policy !== undefined && isRun(environment, policy))
    return (await import('./trained-source')).trainedSource(policy);
  return playedSource(findCollector(environment, policy, ['or a run that is there']));
}

/** A name with a slash, or of something that is there, is a path. */
function isRun(environment: EnvironmentEntry, policy: string): boolean {
  const isCollector = collectorsOf(environment).some(({ name }) => name === policy);
  return !isCollector && (/[/\\]|\.safetensors$/.test(policy) || existsSync(policy));
}

/** Only a run or a checkpoint has a SHA-256 by its own name in a recipe, besides the levels of players that come with lamo. */
function missingRun(run: string): LamoError {
  return new LamoError({
    where: 'cli/collect',
    code: 'missing-run',
    problem: `The recipe was made with the run or checkpoint ${run}, which is not there`,
    expected: resolve(run),
    hint: 'If it lies elsewhere, collect from the folder in which the recipe was made, or change the path in `policy` or `replay` and in `files`. If it is gone, these rows cannot be made again: train a run, and take `files` and `sha256` out of the recipe.',
  });
}
