import { setImmediate } from 'node:timers/promises';
import { checkCount, type Dataset, type EnvironmentSpec, LamoError, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import type { Collector } from '../collect/collector';
import type { MujocoEnvironment } from '../mujoco/mujoco-environment';
import { type MazeTask, mazeReward, openMaze } from './maze-environment';
import { type MazeName, mazes } from './mazes';
import { createWaypointController } from './waypoint-controller';

/** Options of a stream of way-points. */
export interface WaypointOptions {
  /** Rows to collect. D4RL's files have 1 million for umaze, 2 for medium, 4 for large. */
  readonly rows: number;
  /** @default 0 */
  readonly seed?: number;
  /** Adds noise of standard deviation 0.5 to the actions, D4RL's `--noisy`. @default false */
  readonly noisy?: boolean;
  /**
   * Repeats the observation in the row after a goal was reached, while the ball moves on (`infos.qpos` shows where
   * to). D4RL's script does so, and published scores are based on such data; `false` observes anew in every row.
   * @default true
   */
  readonly staleObservations?: boolean;
  /** Called from time to time with the number of rows so far. */
  readonly onProgress?: (rows: number) => void;
  /** When aborted, the collection ends with its reason as the error. */
  readonly signal?: AbortSignal | undefined;
}

const NOISE = 0.5;
const ROWS_BETWEEN_REPORTS = 5000;

/** Creates D4RL's collector for a maze. */
export function waypointCollector(task: MazeTask): Collector {
  return {
    name: 'waypoint',
    description: 'steers the ball of a maze from target to target, as D4RL collected',
    async collect({ spec }, { noise, batch = 1, workers = 0, ...options }) {
      if (batch > 1 || workers > 0) throw oneStream(spec.id, batch, workers);
      return collectWaypoints(spec, task, { noisy: noise, ...options });
    },
  };
}

function oneStream(id: string, batch: number, workers: number): LamoError {
  return new LamoError({
    where: `eval/${id}`,
    code: 'one-stream',
    problem: 'The way-point collector walks from target to target in one stream, which cannot be split',
    expected: 'batch 1 and no workers',
    received: `batch ${batch} and ${workers} workers`,
    hint: 'Leave both out, or choose another collector, such as random.',
  });
}

/**
 * Plays a maze from way-point to way-point: see `collectMaze`.
 *
 * @throws LamoError `out-of-range`
 */
export async function collectWaypoints(
  spec: EnvironmentSpec,
  task: MazeTask,
  options: WaypointOptions,
): Promise<Dataset> {
  const { rows, seed = 0, onProgress, signal } = options;
  checkCount('eval/collect-maze', 'rows', rows);
  // The time limit does not end an episode here: it only bounds the time for one target.
  const environment = await openMaze({ ...spec, maxEpisodeSteps: Number.POSITIVE_INFINITY }, task);
  try {
    const columns = allocateColumns(rows);
    const rng = Rng.fromSeed(seed);
    const writeRow = startStream(environment, task, spec.maxEpisodeSteps, columns, options, rng);
    for (let row = 0; row < rows; row++) {
      if (row % ROWS_BETWEEN_REPORTS === 0) {
        onProgress?.(row);
        await setImmediate(); // lets timers and signals run
        signal?.throwIfAborted();
      }
      writeRow(row);
    }
    onProgress?.(rows);
    return toDataset(spec.id, columns);
  } finally {
    environment.dispose();
  }
}

type Columns = ReturnType<typeof allocateColumns>;

function allocateColumns(rows: number) {
  return {
    observations: new Float32Array(rows * 4),
    actions: new Float32Array(rows * 2),
    rewards: new Float32Array(rows),
    truncated: new Uint8Array(rows),
    qpos: new Float32Array(rows * 2),
    qvel: new Float32Array(rows * 2),
    goal: new Float32Array(rows * 2),
  };
}

/** Starts the ball and returns a function that takes one step and writes its row. */
function startStream(
  environment: MujocoEnvironment,
  { maze, reward }: MazeTask,
  stepLimit: number,
  columns: Columns,
  { noisy = false, staleObservations = true }: WaypointOptions,
  rng: Rng,
): (row: number) => void {
  const { goal } = mazes[maze];
  const controller = createWaypointController(mazes[maze], rng.split('way-points'));
  const targets = rng.split('targets');
  const noise = rng.split('noise');
  const action = new Float32Array(2);
  const seen = Float64Array.from(environment.reset(rng.split('start').uint32()));
  let target = drawTarget(maze, targets);
  let stepsToTarget = 0;

  return (row) => {
    const isReached = controller.act(seen, target, action);
    if (noisy) addNoise(action, noise);
    const isOver = isReached || stepsToTarget >= stepLimit;
    columns.observations.set(seen, row * 4);
    columns.actions.set(action, row * 2);
    columns.rewards[row] = mazeReward(reward, seen[0]! - goal[0], seen[1]! - goal[1]);
    columns.truncated[row] = Number(isOver);
    columns.qpos.set(environment.qpos, row * 2);
    columns.qvel.set(environment.qvel, row * 2);
    columns.goal.set(target, row * 2);

    const { observation } = environment.step(action);
    stepsToTarget += 1;
    if (!isOver || !staleObservations) seen.set(observation);
    if (!isOver) return;
    target = drawTarget(maze, targets);
    stepsToTarget = 0;
  };
}

/** A random free cell, up to 0.1 off along each axis. */
function drawTarget(maze: MazeName, rng: Rng): [x: number, y: number] {
  const { freeCells } = mazes[maze];
  const [x, y] = freeCells[rng.integer(freeCells.length)]!;
  return [x + rng.uniform(-0.1, 0.1), y + rng.uniform(-0.1, 0.1)];
}

function addNoise(action: Float32Array, rng: Rng): void {
  for (let i = 0; i < action.length; i++) {
    action[i] = Math.min(1, Math.max(-1, action[i]! + NOISE * rng.normal()));
  }
}

function toDataset(name: string, { qpos, qvel, goal, ...columns }: Columns): Dataset {
  return createDataset({
    name,
    ...columns,
    terminated: new Uint8Array(columns.rewards.length),
    observationSize: 4,
    actionSize: 2,
    infos: {
      qpos: { width: 2, data: qpos },
      qvel: { width: 2, data: qvel },
      goal: { width: 2, data: goal },
    },
  });
}
