import { type Policy, Rng } from '@lamo/core';

/** An arm with two joints, metres and radians. */
export interface Arm {
  readonly upperArm: number;
  readonly forearm: number;
  /** How far the upper arm is turned where the shoulder's angle is 0, and the forearm against it where the elbow's is. */
  readonly bend: number;
}

/** Torque per radian that is missing, and per radian per second. */
const ANGLE_GAIN = 4;
const VELOCITY_GAIN = -3;
/**
 * With noise: how far off the target is taken to be, along each axis and for an episode; and what is added to torques. The mean return is
 * then that of LaMo's data, 36.
 */
const AIM_NOISE = 0.07;
const TORQUE_NOISE = 0.1;
const SECONDS_PER_STEP = 0.15;

/**
 * Makes a policy that moves an arm's fingertip to its target: it computes the angles that reach it, takes the pair that is nearer, and pulls
 * the joints there like a spring with a damper. Observations are those of `reacher2d-v1`, with or without what follows the target.
 *
 * @param noise takes the target to be somewhat beside where it is, each episode elsewhere, and adds a little to its torques
 */
export function reachingPolicy(arm: Arm, { seed = 0, noise = false } = {}): Policy {
  const rng = Rng.fromSeed(seed).split('reaching');
  const blur = (scale: number) => (noise ? scale * rng.normal() : 0);
  let aims: Point[] = [];
  let actions = new Float32Array(0);
  return {
    reset(batch) {
      aims = Array.from({ length: batch }, () => [blur(AIM_NOISE), blur(AIM_NOISE)]);
      actions = new Float32Array(2 * batch);
    },
    async act(observations) {
      const size = observations.length / aims.length;
      for (const [slot, [x, y]] of aims.entries()) {
        const seen = observations.subarray(size * slot, size * (slot + 1));
        const angles: Point = [Math.atan2(seen[0]!, seen[2]!), Math.atan2(seen[1]!, seen[3]!)];
        const missing = turnsTo(arm, [seen[8]! + x, seen[9]! + y], angles);
        for (let i = 0; i < 2; i++) {
          const torque = ANGLE_GAIN * missing[i]! + (VELOCITY_GAIN * seen[4 + i]!) / SECONDS_PER_STEP;
          actions[2 * slot + i] = Math.min(1, Math.max(-1, torque + blur(TORQUE_NOISE)));
        }
      }
      return actions;
    },
  };
}

type Point = readonly [number, number];

/** How far shoulder and elbow have to turn, by the smaller of the two ways to bend the arm. */
function turnsTo({ upperArm, forearm, bend }: Arm, [x, y]: Point, angles: Point): Point {
  const cosine = (x * x + y * y - upperArm ** 2 - forearm ** 2) / (2 * upperArm * forearm);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const [left, right] = [angle, -angle].map((between): Point => {
    const side = Math.atan2(forearm * Math.sin(between), upperArm + forearm * Math.cos(between));
    const shoulder = Math.atan2(y, x) - side - bend;
    // The shoulder may turn either way; the elbow stops behind the upper arm.
    return [wrap(shoulder - angles[0]), between - wrap(angles[1] - bend)];
  }) as [Point, Point];
  return largest(left) <= largest(right) ? left : right;
}

function largest([a, b]: Point): number {
  return Math.max(Math.abs(a), Math.abs(b));
}

/** The same angle within ±π. */
function wrap(angle: number): number {
  return Math.atan2(Math.sin(angle), Math.cos(angle));
}
