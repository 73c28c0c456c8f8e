import type { BatchSource, ColumnArray, Dataset, Rng, RngState } from '@lamo/core';
import type { GrowingSource, GrowthLook } from '../engine/growing-steps';
import type { StepMetrics } from '../engine/training-steps';
import type { TrainedPolicy } from '../kinds/policy';
import type { ActingSettings, Experience } from './experience';
import { type PlayedEpisode, Player, type PlayerState, uniformPolicy } from './player';

/** What acting says of itself, beside an algorithm's own metrics. */
export const experienceMetrics = {
  episodeReturn:
    'Mean return of the episodes that ended since the last time, of the policy that tries things out',
  episodeLength: 'Mean length of these episodes',
} as const;

/** How an {@link ExperienceSource} gets what it needs of an algorithm. */
export interface ExperienceLearner {
  /** How it acts, defaults filled in. */
  readonly settings: ActingSettings;
  readonly batchSize: number;
  /** Batches of so many rows of a dataset, drawn by `rng`; `acts` tells whether the training acts by now. */
  batches(
    dataset: Dataset,
    part: { readonly batchSize: number; readonly acts: boolean },
    rng: Rng,
  ): BatchSource;
  /** The policy that tries things out. @param rng draws what it does */
  explore(look: GrowthLook, rng: Rng): Promise<TrainedPolicy>;
}

/** What fills some rows of a batch. */
interface Part {
  readonly source: BatchSource;
  readonly rows: number;
}

/** What is drawn at random: a change in one does not shift the others. */
const STREAMS = ['offline', 'online', 'random', 'explore'] as const;

interface SourceState {
  readonly rounds: number;
  readonly player: PlayerState;
  readonly streams: Readonly<Record<(typeof STREAMS)[number], RngState>>;
}

/**
 * Draws from what was logged before, and from what is logged by acting: every so many steps the policy as it is plays on, and
 * what happens joins the data.
 */
export class ExperienceSource implements GrowingSource {
  readonly shapes: BatchSource['shapes'];
  readonly bytes: readonly string[];
  readonly #streams: Readonly<Record<(typeof STREAMS)[number], Rng>>;
  readonly #player: Player;
  /** What fills a batch, one after the other. */
  #parts: readonly Part[];
  /** Those of what was logged before, and whether it acted when they were made. */
  #logged: { readonly acts: boolean; readonly parts: readonly Part[] } | undefined;
  #policy: TrainedPolicy | undefined;
  /** How often the policy has played. */
  #rounds = 0;

  private constructor(
    readonly experience: Experience,
    readonly learner: ExperienceLearner,
    { streams, player }: { readonly streams: Record<(typeof STREAMS)[number], Rng>; readonly player: Player },
  ) {
    this.#streams = streams;
    this.#player = player;
    this.#parts = this.#chooseParts();
    const { shapes, bytes = [] } = this.#parts[0]!.source;
    this.shapes = shapes;
    this.bytes = bytes;
  }

  /** Opens a source. Without logged decisions it plays at random first, unless the replay is one that is continued. */
  static async open(experience: Experience, learner: ExperienceLearner, rng: Rng): Promise<ExperienceSource> {
    const { environment, dataset, replay } = experience;
    const { randomSteps } = learner.settings;
    const entries = STREAMS.map((name) => [name, rng.split(name)] as const);
    const streams = Object.fromEntries(entries) as Record<(typeof STREAMS)[number], Rng>;
    const player = new Player(environment, replay, rng.split('environment'));
    if (dataset === undefined && replay.size === 0)
      await player.play(uniformPolicy(environment.spec, streams.random), Math.max(1, randomSteps));
    return new ExperienceSource(experience, learner, { streams, player });
  }

  isDue(taken: number): boolean {
    const { offlineSteps } = this.learner.settings;
    return this.#rounds <= (taken - offlineSteps) / this.#stepsOfRound;
  }

  stepsLeft(taken: number): number {
    const { offlineSteps } = this.learner.settings;
    if (taken < offlineSteps) return offlineSteps - taken;
    return this.#stepsOfRound - ((taken - offlineSteps) % this.#stepsOfRound);
  }

  async grow(look: GrowthLook): Promise<StepMetrics> {
    const { environment, dataset } = this.experience;
    const { settings } = this.learner;
    if (this.#policy === undefined) this.#policy = await this.learner.explore(look, this.#streams.explore);
    else await this.#policy.load(await look.readState());
    if (this.#rounds === 0 && dataset !== undefined)
      await this.#player.play(uniformPolicy(environment.spec, this.#streams.random), settings.randomSteps);
    const ended = await this.#player.play(this.#policy, settings.stepsAtOnce);
    this.#rounds += 1;
    this.#parts = this.#chooseParts();
    return describeEpisodes(ended);
  }

  next(into: Readonly<Record<string, ColumnArray>>): void {
    const [first, ...others] = this.#parts;
    if (others.length === 0) {
      first!.source.next(into);
      return;
    }
    let start = 0;
    for (const { source, rows } of this.#parts) {
      source.next(this.#rowsOf(into, start, start + rows));
      start += rows;
    }
  }

  state(): SourceState {
    const streams = STREAMS.map((name) => [name, this.#streams[name].state()]);
    return { rounds: this.#rounds, player: this.#player.state(), streams: Object.fromEntries(streams) };
  }

  restore(saved: unknown): void {
    const { rounds, player, streams } = saved as SourceState;
    const { replay } = this.experience;
    replay.restore(replay.columns(), player.rows);
    for (const name of STREAMS) this.#streams[name].restore(streams[name]);
    this.#player.restore(player);
    this.#rounds = rounds;
    this.#parts = this.#chooseParts();
  }

  async dispose(): Promise<void> {
    await this.#policy?.dispose();
  }

  get #stepsOfRound(): number {
    const { stepsAtOnce, updateRatio } = this.learner.settings;
    return stepsAtOnce * updateRatio;
  }

  /** Before it acts all rows are logged ones. */
  #chooseParts() {
    const { dataset, replay } = this.experience;
    const { batchSize, settings } = this.learner;
    const acts = dataset === undefined || this.#rounds > 0;
    const logged = acts ? Math.round(settings.offlineShare * batchSize) : batchSize;
    const part = (from: Dataset, rows: number, rng: Rng) => ({
      source: this.learner.batches(from, { batchSize: rows, acts }, rng),
      rows,
    });
    // What was logged before does not grow: what draws from it is made anew only where it acts for the first time.
    if (dataset !== undefined && this.#logged?.acts !== acts)
      this.#logged = { acts, parts: logged > 0 ? [part(dataset, logged, this.#streams.offline)] : [] };
    return [
      ...(this.#logged?.parts ?? []),
      ...(logged < batchSize ? [part(replay.dataset(), batchSize - logged, this.#streams.online)] : []),
    ];
  }

  #rowsOf(into: Readonly<Record<string, ColumnArray>>, start: number, end: number) {
    const { batchSize } = this.learner;
    return Object.fromEntries(
      Object.entries(into).map(([name, array]) => {
        const width = array.length / batchSize;
        return [name, array.subarray(start * width, end * width)];
      }),
    );
  }
}

function describeEpisodes(ended: readonly PlayedEpisode[]): StepMetrics {
  if (ended.length === 0) return {};
  const mean = (of: (episode: PlayedEpisode) => number) =>
    ended.reduce((sum, episode) => sum + of(episode), 0) / ended.length;
  return { episodeReturn: mean((episode) => episode.return), episodeLength: mean(({ length }) => length) };
}
