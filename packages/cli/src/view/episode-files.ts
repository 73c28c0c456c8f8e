import { openStage, type Stage } from './open-stage';
import { type RunRecordings, summariseRecordings } from './read-recordings';
import type { EpisodeData, StageData, ViewData } from './view-data';

/** What is known of recorded episodes, piece by piece. What there is not is undefined. */
export interface EpisodeFiles {
  /** All that can be chosen. */
  readonly view: ViewData;
  /** What there is to be seen of the environment of a recording. */
  stage(recording: number): Promise<StageData | undefined>;
  /** What happened in an episode. */
  episode(recording: number, episode: number): EpisodeData | undefined;
  /** Where bodies were in it, [rows, bodies, 7]; empty if nothing is to be seen. @throws LamoError as `openStage` */
  poses(recording: number, episode: number): Promise<Float32Array | undefined>;
  dispose(): Promise<void>;
}

/** Opens the episodes of a run. Environments are opened when they are first asked for. */
export function openEpisodeFiles(run: RunRecordings): EpisodeFiles {
  const { recordings } = run;
  const stages = new Map<string, Promise<Stage>>();

  function stageOf(environment: string): Promise<Stage> {
    const stage = stages.get(environment) ?? openStage(environment);
    stages.set(environment, stage);
    return stage;
  }

  return {
    view: summariseRecordings(run),
    async stage(recording) {
      const { environment } = recordings[recording] ?? {};
      if (environment === undefined) return undefined;
      const { scene, secondsPerStep } = await stageOf(environment);
      return { scene, secondsPerStep };
    },
    episode(recording, episode) {
      const found = recordings[recording]?.episodes[episode];
      if (found === undefined) return undefined;
      const { rewards, actions = [], values } = found;
      const data = { rewards, actions, actionSize: actions.length / rewards.length };
      const { valueRewards = 'transformed' } = recordings[recording]!;
      return values === undefined ? data : { ...data, judged: { values, rewards: valueRewards } };
    },
    async poses(recording, episode) {
      const found = recordings[recording]?.episodes[episode];
      if (found === undefined) return undefined;
      const stage = await stageOf(recordings[recording]!.environment);
      return stage.poses(found, found.rewards.length);
    },
    async dispose() {
      for (const stage of stages.values()) (await stage).dispose();
    },
  };
}
