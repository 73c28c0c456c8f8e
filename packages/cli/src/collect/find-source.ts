import { existsSync } from 'node:fs';
import { collectorsOf, type EnvironmentEntry, findCollector } from '@lamo/eval';
import { playedSource } from './played-source';
import { MEDIUM_REPLAY, type Source } from './source';

/** Who is to play, or whose replay is to be copied. */
export interface SourceChoice {
  /** A collector, `medium-replay`, or a run or checkpoint whose policy plays. @default the first collector that fits */
  readonly policy?: string | undefined;
  /** A run that has learned by acting. */
  readonly replay?: string | undefined;
}

/**
 * Finds where data come from. What trains, or was trained, needs a tensor library, which nothing else loads.
 *
 * @throws LamoError `unknown-collector`, and what runs and checkpoints throw that cannot be opened
 */
export async function findSource(
  environment: EnvironmentEntry,
  { policy, replay }: SourceChoice,
): Promise<Source> {
  if (replay !== undefined) return (await import('./replay-source')).replaySource(replay);
  if (policy === MEDIUM_REPLAY) return (await import('./medium-replay')).mediumReplay(environment);
  if (policy !== undefined && isRun(environment, policy))
    return (await import('./trained-source')).trainedSource(policy);
  return playedSource(findCollector(environment, policy));
}

/** A name with a slash, or of something that is there, is a path. */
function isRun(environment: EnvironmentEntry, policy: string): boolean {
  const isCollector = collectorsOf(environment).some(({ name }) => name === policy);
  return !isCollector && (/[/\\]|\.safetensors$/.test(policy) || existsSync(policy));
}
