import { findEnvironment, isMujocoEnvironment } from '@lamo/eval';
import type { StageData } from './view-data';

/** An environment that recorded episodes are shown in. */
export interface Stage extends StageData {
  /**
   * Finds where bodies were.
   *
   * @param qpos [rows, positions]
   * @param rows how many moments these are
   * @returns [rows, bodies, 7]
   */
  poses(qpos: readonly number[], rows: number): Float32Array;
  dispose(): void;
}

/** Seconds of a step in a world without physics. */
const NO_PHYSICS = 0.05;

/** Opens the stage of an environment: shapes and places are those of its compiled model. @throws LamoError `unknown-environment` */
export async function openStage(id: string): Promise<Stage> {
  const environment = await findEnvironment(id).open();
  if (!isMujocoEnvironment(environment)) {
    environment.dispose();
    return { scene: null, secondsPerStep: NO_PHYSICS, poses: () => new Float32Array(0), dispose() {} };
  }
  const scene = environment.scene();
  const { secondsPerStep } = environment;
  return {
    scene,
    secondsPerStep,
    poses(qpos, rows) {
      const width = qpos.length / rows;
      const poses = new Float32Array(rows * scene.bodies * 7);
      for (let row = 0; row < rows; row++) {
        const now = environment.posesAt(qpos.slice(row * width, (row + 1) * width));
        poses.set(now, row * now.length);
      }
      return poses;
    },
    dispose: () => environment.dispose(),
  };
}
