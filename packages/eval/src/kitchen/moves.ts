import { combine, cross, dot, length, subtract, unit, type Vector } from '../mujoco/vectors';
import type { HandPose } from '../robots/panda-kinematics';
import type { ArmDriver, Move } from './arm-driver';

/** Moves of the arm, one a step. */
export type Moves = Generator<Move, void, void>;

/** How the hand is turned, how far its fingers are open, and how fast it moves. */
export type Grip = Omit<Move & HandPose, 'tip'>;

/**
 * Describes a hand that points along `forward`.
 *
 * @param roll by which it is turned about that direction, radians; at 0 its left finger is on the right
 */
export function grip(forward: Vector, roll: number, fingers: number, speed = 1): Grip {
  const ahead = unit(forward);
  const side = unit([ahead[1], -ahead[0], 0]);
  const across = combine(Math.cos(roll), side, Math.sin(roll), cross(side, ahead));
  return { forward: ahead, across, fingers, speed };
}

/** Moves the hand to a point, or as near as it gets in `patience` steps. */
export function* reach(arm: ArmDriver, tip: Vector, hand: Grip, patience = 30): Moves {
  const pose = { tip, ...hand };
  yield* repeat(
    () => pose,
    () => isAt(arm.hand, pose),
    patience,
  );
}

/** Tells whether the hand is asked to be within 6 mm and a few degrees of a pose. */
function isAt(hand: HandPose, { tip, forward, across }: HandPose): boolean {
  const isTurned = dot(hand.forward, forward) > 0.99 && dot(hand.across, across) > 0.99;
  return isTurned && length(subtract(hand.tip, tip)) < 0.006;
}

/** Moves the joints to a posture, to within some radians. */
export function* assume(
  arm: ArmDriver,
  posture: readonly number[],
  { fingers = 0, tolerance = 0.3 } = {},
): Moves {
  const isThere = () => posture.every((angle, i) => Math.abs(angle - arm.state[i]!) < tolerance);
  yield* repeat(() => ({ posture, fingers }), isThere, 30);
}

/** Keeps the tip where it is for some steps, in which the fingers move. */
export function* hold(arm: ArmDriver, hand: Grip, steps: number): Moves {
  const { tip } = arm.hand;
  yield* repeat(
    () => ({ tip, ...hand }),
    () => false,
    steps,
  );
}

/** Makes moves that follow from the state until something is so, for at most `patience` steps. */
export function* repeat(move: () => Move, isDone: () => boolean, patience = 50): Moves {
  for (let step = 0; step < patience && !isDone(); step++) yield move();
}
