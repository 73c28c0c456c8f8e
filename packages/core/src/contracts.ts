/**
 * The nouns that every package shares. Types only: no code, no tensor library.
 * Arrays are flat and row-major; each field says its shape with B = batch (or environments), O = observation
 * size, A = action size, N = rows.
 */

/** Actions that are vectors of numbers, each between its bounds. */
export interface BoxSpace {
  /** Tells spaces apart. */
  readonly kind: 'box';
  /** What each number of an action is called, A different names: `['heater', 'fan']`. @default only numbered */
  readonly names?: readonly string[];
}

/** Actions that are one of several: an action is its class, a whole number. */
export interface DiscreteSpace {
  /** Tells spaces apart. */
  readonly kind: 'discrete';
  /** n, how many there are: classes are 0 … n − 1. */
  readonly count: number;
  /** What each class is called, n different names: `['discount', 'free delivery']`. @default only numbers */
  readonly labels?: readonly string[];
  /** What is chosen, one name: `['offer']`. @default it has none */
  readonly names?: readonly string[];
}

/** What actions are chosen from. */
export type ActionSpace = BoxSpace | DiscreteSpace;

/** How a value that is no number becomes numbers: true and false as 1 and 0; a time as its sine and cosine; a time as seconds since the episode began. */
export type PartEncoding = 'flag' | 'time-of-day' | 'time-of-week' | 'elapsed';

/** What stands in for a value that is missing. */
export interface StandIn {
  /** The last value of the episode, and only where there is none before it {@link value}. @default false */
  readonly previous?: boolean;
  /** A category; or numbers as they are in a log, milliseconds since 1970 of times: a constant, or the mean of the log. @default nothing */
  readonly value?: string | readonly number[];
}

/** Columns of an observation that have a name: start, start + 1 … end − 1. */
export interface ObservationPart {
  /** The first column. */
  readonly start: number;
  /** One past the last column. */
  readonly end: number;
  /** Where the part is a category: what it may be, a column for each, of which one is 1 and the others are 0. @default numbers */
  readonly categories?: readonly string[];
  /** How values of a log became the numbers of the part. @default they are those numbers, or {@link categories} */
  readonly encoding?: PartEncoding;
  /** What stands in for a missing value. @default nothing: each has to be there */
  readonly missing?: StandIn;
}

/** Observations that are vectors of numbers. */
export interface VectorSpace {
  /** Tells spaces apart. */
  readonly kind: 'vector';
  /** What some of the columns are, by name: `goal`, `task`. Parts may overlap, and need not cover everything. @default none */
  readonly parts?: Readonly<Record<string, ObservationPart>>;
}

/** Observations that are images, a byte for each channel of each pixel: row by row, a pixel's channels side by side. */
export interface ImageSpace {
  /** Tells spaces apart. */
  readonly kind: 'image';
  /** [height, width, channels]; frames that are seen at once are channels. */
  readonly shape: readonly [height: number, width: number, channels: number];
}

/** What observations are. */
export type ObservationSpace = VectorSpace | ImageSpace;

/** Numbers of a column: 32-bit floats, or the bytes of images. */
export type ColumnArray = Float32Array | Uint8Array;

/**
 * Logged decisions in columns. Row t holds what was observed before action t, the action, and what came of it.
 *
 * `terminated` and `truncated` are different things and stay apart from file to loss:
 *
 * ```text
 * row           0   1   2   3   4   5   6   7
 * observations  a0  a1  a2  b0  b1  b2  b3  c0     three episodes: a, b and the unfinished c
 * terminated    0   0   1   0   0   0   0   0      a ended: there is no next state, do not bootstrap
 * truncated     0   0   0   0   0   0   1   0      b was cut by a time limit: its future had value
 * episodeEnds           3               7   8      one past each last row
 * ```
 */
export interface Dataset {
  /** Name for humans and manifests, for example `maze2d-umaze-v1` or a file's name. */
  readonly name: string;
  /** N */
  readonly size: number;
  /** O, the numbers in one observation; height · width · channels of an image. */
  readonly observationSize: number;
  /** What observations are. @default vectors of numbers */
  readonly observationSpace?: ObservationSpace;
  /** A, the numbers in one action; 1 where it is a class. */
  readonly actionSize: number;
  /** What actions are chosen from. @default box */
  readonly actionSpace?: ActionSpace;
  /** [N, O]; bytes where {@link observationSpace} is images */
  readonly observations: ColumnArray;
  /** [N, A]; [N, 1] classes, 0 … n − 1, where {@link actionSpace} is discrete */
  readonly actions: Float32Array;
  /** [N] */
  readonly rewards: Float32Array;
  /** [N] 1 where the environment ended the episode after this row. */
  readonly terminated: Uint8Array;
  /** [N] 1 where a time limit (or the logger) cut the episode after this row. */
  readonly truncated: Uint8Array;
  /** [N, O] the observation after each action, if it was logged; of the same type as {@link observations}. */
  readonly nextObservations?: ColumnArray;
  /** One past the last row of each episode, ascending; the last one is N. */
  readonly episodeEnds: Uint32Array;
  /** False if the last episode is unfinished (neither flag on its last row). */
  readonly lastEpisodeFinished: boolean;
  /** Extra columns, [N, width] each: `qpos`, `qvel`, `goal` … */
  readonly infos: Readonly<Record<string, InfoColumn>>;
  /** What the reader noticed that the columns no longer show; `datasetWarnings` returns these and more. */
  readonly warnings?: readonly DatasetWarning[];
}

/** Something about a dataset that is allowed but rarely intended. */
export interface DatasetWarning {
  /** Stable identifier for programs: `no-finished-episode`. */
  readonly code: string;
  /** What was found, and what to do if it is not intended, in whole sentences. */
  readonly message: string;
}

/** One extra column of a dataset, [N, width]. */
export interface InfoColumn {
  /** Numbers per row. */
  readonly width: number;
  /** [N, width] */
  readonly data: Float32Array | Float64Array | Int32Array;
}

/** A minibatch source that training draws from. It fills arrays that the compiled step owns: nothing is allocated. */
export interface BatchSource<Name extends string = string> {
  /** Shape of every array of a batch, by name, the batch dimension first. */
  readonly shapes: Readonly<Record<Name, readonly number[]>>;
  /** Names of the arrays that have bytes: images. @default none, all have 32-bit floats */
  readonly bytes?: readonly string[];
  /** Draws the next batch into `into`, one array per name of {@link shapes}: a Uint8Array for {@link bytes}, else a Float32Array. */
  next(into: Readonly<Record<Name, ColumnArray>>): void;
  /**
   * How batches are read row by row from tables that lie where the network is: then nothing else has to be copied there.
   * @default batches can only be filled
   */
  readonly tables?: BatchTables<Name>;
  /** Reads the sampler's position (its rng), to be saved in a checkpoint. JSON-serialisable. */
  state(): unknown;
  /** Continues from a saved position. */
  restore(state: unknown): void;
}

/** Tables that hold whatever batches may have, and which rows of them each array of a batch is. */
export interface BatchTables<Name extends string = string> {
  /** The tables by name, of 32-bit floats: [rows, …]. They are made when they are asked for. */
  readonly arrays: () => Readonly<Record<string, BatchTable>>;
  /** Shape of every list of rows that a batch is drawn as: [B], or [B, K] for windows. */
  readonly rows: Readonly<Record<string, readonly number[]>>;
  /** For every array of a batch its table, and its list of rows. What is missing here can only be filled: images. */
  readonly reads: Readonly<Partial<Record<Name, { readonly table: string; readonly rows: string }>>>;
  /**
   * Draws the next batch, exactly as {@link BatchSource.next} does.
   *
   * @param rows a list for each name of {@link rows}
   * @param into an array for each name of a batch that is not in {@link reads}
   */
  draw(rows: Readonly<Record<string, Int32Array>>, into: Readonly<Record<string, ColumnArray>>): void;
}

/** One table of {@link BatchTables}. */
export interface BatchTable {
  /** [rows, …] */
  readonly shape: readonly number[];
  /** Its numbers, row by row. */
  readonly data: Float32Array;
}

/** What is fixed about an environment. */
export interface EnvironmentSpec {
  /** Name in the registry, for example `hopper-v4` or `maze2d-umaze-v1`. */
  readonly id: string;
  /** O, the numbers in one observation; height · width · channels of an image. */
  readonly observationSize: number;
  /** What observations are. @default vectors of numbers */
  readonly observationSpace?: ObservationSpace;
  /** A, the numbers in one action; 1 where it is a class. */
  readonly actionSize: number;
  /** What actions are chosen from. One of n classes has the bounds 0 and n − 1. @default box */
  readonly actionSpace?: ActionSpace;
  /** Every action component lies in [low, high], one number for all or one for each; `step` clips to it. */
  readonly actionLow: number | readonly number[];
  /** The upper bound, as {@link actionLow}. */
  readonly actionHigh: number | readonly number[];
  /** Steps after which an episode is truncated. */
  readonly maxEpisodeSteps: number;
}

/** What a step of an environment returns (Gymnasium's five, less the infos). */
export interface StepResult {
  /** [O] valid until the next call on the same environment; bytes of an image. */
  readonly observation: Float64Array | Uint8Array;
  /** What this step earned. */
  readonly reward: number;
  /** The task ended: the state after this step has no value. */
  readonly terminated: boolean;
  /** The time limit cut the episode. */
  readonly truncated: boolean;
}

/** One simulated environment, after Gymnasium. Call `reset` before the first `step` and after an episode has ended. */
export interface Environment {
  /** Its sizes, bounds and time limit. */
  readonly spec: EnvironmentSpec;
  /** Starts an episode. Equal seeds give equal episodes; without a seed, the environment continues its own random stream. */
  reset(seed?: number): Float64Array | Uint8Array;
  /** Acts and simulates until the next decision. @param action [A], or [1] with a class */
  step(action: ArrayLike<number>): StepResult;
  /** Frees what the simulator holds. */
  dispose(): void;
}

/** One of several tasks that a policy can be told. */
export interface Task {
  /** Tells it from the others of its set: `60°`, `kettle`. */
  readonly name: string;
  /** [K] what the policy is told: a goal, a random code, a 1 among zeros. */
  readonly code: readonly number[];
}

/** The range of each action component, [A] each, in raw units. */
export interface ActionBounds {
  /** [A] smallest value of each component. */
  readonly low: readonly number[];
  /** [A] largest value of each component. */
  readonly high: readonly number[];
}

/** Anything that acts: one contract for feed-forward policies and for those with memory. */
export interface Policy {
  /** What it sees, if it says so. An evaluation refuses environments that say otherwise. */
  readonly observationSpace?: ObservationSpace;
  /** What it chooses from, if it says so. An evaluation refuses environments with other actions. */
  readonly actionSpace?: ActionSpace;
  /** The range of its actions, if it has one. An evaluation refuses environments that do not accept the whole range. */
  readonly actionBounds?: ActionBounds;
  /**
   * Starts `batch` episodes side by side and forgets all earlier ones.
   * @param targetReturns [B] what each episode should earn, in raw units. Policies that follow no target ignore it;
   *   those that do fall back to their own default
   */
  reset(batch: number, targetReturns?: ArrayLike<number>): void;
  /**
   * Chooses one action for each environment.
   * @param observations [B, O]; bytes of images
   * @param previousRewards [B] reward of the last step, 0 after a reset; memoryless policies ignore it
   * @returns [B, A], or [B, 1] classes; valid until the next call
   */
  act(observations: ColumnArray, previousRewards: Float32Array): Promise<Float32Array>;
}
