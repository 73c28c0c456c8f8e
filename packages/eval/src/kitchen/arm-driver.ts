import { PANDA_JOINTS, pandaLinks } from '../robots/panda';
import { type HandPose, locateArm } from '../robots/panda-kinematics';
import { moveHand } from '../robots/panda-motion';
import { KITCHEN_POSITIONS, TARGET_SHIFT } from './kitchen-task';

/** What the arm is to do in a step: bring the hand nearer to a pose, or the joints nearer to a posture. */
export type Move = (HandPose | { readonly posture: readonly number[] }) & {
  /** Where the fingers go, metres from the middle; 0 is closed. */
  readonly fingers: number;
  /** How fast, as a share of the highest speed. @default 1 */
  readonly speed?: number;
};

/** Turns moves into actions of one episode. */
export interface ArmDriver {
  /** [30] the positions that were seen last. */
  readonly state: Float64Array;
  /** Where the hand is asked to be. */
  readonly hand: HandPose;
  /** Takes in an observation. */
  see(observation: ArrayLike<number>): void;
  /** Computes the action of a move, [9], each at most 1. */
  act(move: Move): number[];
}

/** Largest opening of a finger, metres. */
export const OPEN = 0.04;

/** A posture from which everything in the kitchen can be reached. */
export const readyPosture: readonly number[] = [0.45, -0.35, 0.25, -2.5, -2.1, 0.85, 0];

/** How far the tip moves in a step, metres, and a joint that moves to a posture, radians. */
const TIP_SPEED = 0.055;
const JOINT_SPEED = 0.16;
/** How far the arm may be asked to be from where it is, radians: how hard it pushes. */
const LEAD = 0.2;

/** Creates the driver of an episode. @param pace share of the highest speeds that it moves at. @default 1 */
export function createArmDriver(pace = 1): ArmDriver {
  const state = new Float64Array(KITCHEN_POSITIONS);
  let posture: number[] | undefined;
  const asked = () => posture ?? Array.from(state.subarray(0, pandaLinks.length));
  return {
    state,
    get hand() {
      return locateArm(asked());
    },
    see(observation) {
      for (let i = 0; i < KITCHEN_POSITIONS; i++) state[i] = observation[i]!;
    },
    act({ fingers, speed = 1, ...move }) {
      const before = asked();
      const next =
        'posture' in move
          ? before.map((angle, i) => angle + clip(move.posture[i]! - angle, JOINT_SPEED * pace))
          : moveHand(before, move, readyPosture, TIP_SPEED * speed * pace);
      posture = next.map((angle, i) => state[i]! + clip(angle - state[i]!, LEAD));
      const { gravity } = locateArm(posture);
      // A servo gives way by torque / gain, so its target is that far off.
      const arm = posture.map((angle, i) => angle + gravity[i]! / pandaLinks[i]!.gain);
      const targets = [...arm, fingers, fingers];
      return Array.from({ length: PANDA_JOINTS }, (_, i) =>
        clip((targets[i]! - state[i]!) / TARGET_SHIFT, 1),
      );
    },
  };
}

function clip(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
