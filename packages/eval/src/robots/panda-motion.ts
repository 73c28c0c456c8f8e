import { add, cross, dot, length, limit, scale, subtract, turnBy, type Vector } from '../mujoco/vectors';
import { type ArmPose, type HandPose, locateArm } from './panda-kinematics';

/** Postures that are searched: what the kitchen's targets allow, less a margin. */
const limits: readonly (readonly [low: number, high: number])[] = [
  [-2.85, 2.85],
  [-1.74, 1.74],
  [-2.85, 2.85],
  [-3, -0.45],
  [-2.85, 2.85],
  [0.02, 2.08],
  [-2.85, 2.85],
];

const DAMPING = 0.03;
const ITERATIONS = 8;
/** Metres that count as much as a turn of the hand by one radian. */
const TURN_WEIGHT = 0.3;
/** Share of the way to the resting posture that each iteration tries to go. */
const REST_PULL = 0.05;
/** How far the hand may turn while its tip moves a metre, radians. */
const TURN_PER_METRE = 5;

/**
 * Changes a posture so that the hand comes nearer to a pose, by damped least squares (Wampler 1986). Of the postures with that pose, it tends
 * to the one that is nearest to `rest`.
 *
 * @param angles [7] the posture to start from
 * @param rest [7] the preferred posture
 * @param step how far the tip may move, metres
 */
export function moveHand(
  angles: readonly number[],
  pose: HandPose,
  rest: readonly number[],
  step: number,
): number[] {
  const start = locateArm(angles);
  const rotation = limit(rotationBetween(start, pose), TURN_PER_METRE * step);
  const wanted = {
    tip: add(start.tip, limit(subtract(pose.tip, start.tip), step)),
    forward: turnBy(start.forward, rotation),
    across: turnBy(start.across, rotation),
  };
  let result = [...angles];
  for (let i = 0; i < ITERATIONS; i++) result = correct(result, locateArm(result), wanted, rest);
  return result;
}

/** Makes one step: Δq = r + Jᵀ(JJᵀ + λ²)⁻¹(e − J r), where e is the error and r the pull towards rest. */
function correct(
  angles: readonly number[],
  arm: ArmPose,
  wanted: HandPose,
  rest: readonly number[],
): number[] {
  const error = [...subtract(wanted.tip, arm.tip), ...scale(TURN_WEIGHT, rotationBetween(arm, wanted))];
  // [7][6]: how each joint moves and turns the hand
  const columns = arm.joints.map(({ anchor, axis }) => [
    ...cross(axis, subtract(arm.tip, anchor)),
    ...scale(TURN_WEIGHT, axis),
  ]);
  const sumOver = (value: (column: readonly number[], joint: number) => number) =>
    columns.reduce((sum, column, joint) => sum + value(column, joint), 0);
  const pull = angles.map((angle, i) => REST_PULL * (rest[i]! - angle));
  const left = error.map((e, row) => e - sumOver((column, joint) => column[row]! * pull[joint]!));
  const square = error.map((_, row) =>
    error.map((__, other) => sumOver((c) => c[row]! * c[other]!) + (row === other ? DAMPING ** 2 : 0)),
  );
  const weights = solve(square, left);
  return angles.map((angle, i) => {
    const change = weights.reduce((sum, weight, row) => sum + weight * columns[i]![row]!, pull[i]!);
    const [low, high] = limits[i]!;
    return Math.min(high, Math.max(low, angle + change));
  });
}

/** Solves a small system whose matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (const [i, pivot] of rows.entries()) {
    for (const [j, row] of rows.entries()) {
      if (i === j) continue;
      const factor = row[i]! / pivot[i]!;
      for (let k = i; k < row.length; k++) row[k] = row[k]! - factor * pivot[k]!;
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}

/** Computes the rotation vector that turns the hand from one pose to another. */
function rotationBetween(from: HandPose, to: HandPose): Vector {
  const axes = ({ forward, across }: HandPose) => [forward, across, cross(across, forward)] as const;
  const [before, after] = [axes(from), axes(to)];
  const sum = before.map((axis, i) => cross(axis, after[i]!)).reduce(add);
  const trace = before.reduce((total, axis, i) => total + dot(axis, after[i]!), 0);
  const sine = length(sum) / 2;
  if (sine < 1e-6) return scale(0.5, sum);
  return scale(Math.atan2(sine, (trace - 1) / 2) / (2 * sine), sum);
}
