import {
  type Appearance,
  findEnvironment,
  gymnasiumId,
  isMujocoEnvironment,
  type MujocoEnvironment,
} from '@lamo/eval';
import type { StageData } from './view-data';

/** What was recorded of an episode that says where bodies were. */
export interface Recorded {
  /** [rows + 1, O] */
  readonly observations: readonly number[];
  /** [rows, positions] of a simulated environment, unless an earlier version recorded it */
  readonly qpos?: readonly number[] | undefined;
}

/** An environment that recorded episodes are shown in. */
export interface Stage extends StageData {
  /**
   * Finds where bodies were.
   *
   * @param rows how many moments these are
   * @returns [rows, bodies, 7]; empty if the recording does not say it
   */
  poses(recorded: Recorded, rows: number): Float32Array;
  dispose(): void;
}

/** Seconds of a step in a world without physics. */
const NO_PHYSICS = 0.05;

/**
 * Opens the stage of an environment: shapes and places are those of its compiled model, or what its definition says.
 *
 * @throws LamoError `unknown-environment`
 */
export async function openStage(id: string): Promise<Stage> {
  if (gymnasiumId(id) !== undefined) return NO_STAGE; // nobody is asked for what only Python knows
  const { appearance, open } = findEnvironment(id);
  if (appearance !== undefined) return describedStage(appearance);
  const environment = await open();
  if (isMujocoEnvironment(environment)) return simulatedStage(environment);
  environment.dispose();
  return NO_STAGE;
}

const NO_STAGE: Stage = {
  ...{ scene: null, secondsPerStep: NO_PHYSICS },
  poses: () => new Float32Array(0),
  dispose() {},
};

function describedStage({ scene, secondsPerStep, posesAt }: Appearance): Stage {
  return {
    ...{ scene, secondsPerStep },
    poses: ({ observations }, rows) =>
      poseRows(observations, observations.length / (rows + 1), rows, scene.bodies, posesAt),
    dispose() {},
  };
}

function simulatedStage(environment: MujocoEnvironment): Stage {
  const scene = environment.scene();
  return {
    ...{ scene, secondsPerStep: environment.secondsPerStep },
    poses: ({ qpos }, rows) =>
      qpos === undefined
        ? new Float32Array(0)
        : poseRows(qpos, qpos.length / rows, rows, scene.bodies, (now) => environment.posesAt(now)),
    dispose: () => environment.dispose(),
  };
}

/** Writes down the poses [rows, bodies, 7] at states of `width` numbers each. */
function poseRows(
  states: readonly number[],
  width: number,
  rows: number,
  bodies: number,
  posesAt: (state: readonly number[]) => ArrayLike<number>,
): Float32Array {
  const poses = new Float32Array(rows * bodies * 7);
  for (let row = 0; row < rows; row++)
    poses.set(posesAt(states.slice(row * width, (row + 1) * width)), row * bodies * 7);
  return poses;
}
