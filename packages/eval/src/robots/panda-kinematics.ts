import { centreOfMass } from '../mujoco/solids';
import { add, combine, cross, scale, subtract, type Vector } from '../mujoco/vectors';
import { PANDA_REACH, pandaHand, pandaLinks, pandaStand } from './panda';

/** Where the hand is and how it is turned, in the world. */
export interface HandPose {
  /** Between the tips of the fingers, metres. */
  readonly tip: Vector;
  /** Unit vector from the hand to the tip. */
  readonly forward: Vector;
  /** Unit vector along which the left finger opens. */
  readonly across: Vector;
}

/** The arm in a posture, and how its joints move it. */
export interface ArmPose extends HandPose {
  /** Of each joint: a point on its axis, and the axis. */
  readonly joints: readonly { readonly anchor: Vector; readonly axis: Vector }[];
  /** [7] torques that hold the arm against gravity, N m. */
  readonly gravity: readonly number[];
}

const GRAVITY = 9.81;

/** A frame: the directions of its axes. */
type Frame = readonly [x: Vector, y: Vector, z: Vector];

const world: Frame = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** Centre of mass of each link, in its frame. */
const centres = pandaLinks.map(({ solids }) => centreOfMass(solids));
/** With the fingers, which are taken to be where the hand is. */
const handMass = pandaHand.mass + 2 * pandaHand.fingerMass;

/** Computes where the arm is. @param angles [≥ 7] of its joints, radians */
export function locateArm(angles: ArrayLike<number>): ArmPose {
  let origin = pandaStand.position;
  let frame = turn(world, 2, pandaStand.turn);
  const masses: { readonly mass: number; readonly at: Vector }[] = [];
  const joints = pandaLinks.map(({ position, tilt, offset = 0, mass }, i) => {
    origin = add(origin, toWorld(frame, position));
    frame = turn(turn(frame, 0, tilt), 2, offset + angles[i]!);
    masses.push({ mass, at: add(origin, toWorld(frame, centres[i]!)) });
    return { anchor: origin, axis: frame[2] };
  });
  masses.push({ mass: handMass, at: add(origin, toWorld(frame, pandaHand.solid.position)) });
  const [, across, forward] = turn(frame, 2, pandaHand.turn);
  const gravity = joints.map(({ anchor, axis }, i) => {
    // A joint lifts what comes after it.
    const lifts = masses.slice(i).map(({ mass, at }) => mass * cross(axis, subtract(at, anchor))[2]);
    return GRAVITY * lifts.reduce((sum, lift) => sum + lift);
  });
  return { tip: add(origin, scale(PANDA_REACH, forward)), forward, across, joints, gravity };
}

/** Turns a frame about its own x (0) or z axis (2). */
function turn([x, y, z]: Frame, axis: 0 | 2, angle: number): Frame {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  if (axis === 0) return [x, combine(cosine, y, sine, z), combine(-sine, y, cosine, z)];
  return [combine(cosine, x, sine, y), combine(-sine, x, cosine, y), z];
}

function toWorld(frame: Frame, [x, y, z]: Vector): Vector {
  return add(combine(x, frame[0], y, frame[1]), scale(z, frame[2]));
}
