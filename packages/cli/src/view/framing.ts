import { Box3, Vector3 } from 'three';
import { boxAround, type Figure, POSE_SIZE } from './figure';

/** How an episode is looked at. */
export interface Framing {
  /** Unit vector from what is looked at to the eye. */
  readonly direction: Vector3;
  /** Of a ball that has to fit into the picture, metres. */
  readonly radius: number;
  /** Whether the eye goes along with what moves. */
  readonly follows: boolean;
  /** What is looked at, if the eye stays. */
  readonly middle: Vector3;
}

/** Field of view from top to bottom, degrees. */
export const FIELD_OF_VIEW = 32;
/** Unit vector to where light comes from. */
export const TOWARDS_SUN = new Vector3(-0.45, -0.6, 1.3).normalize();
/** Where the eye follows something over a floor without end: haze begins and is complete at so many of its radii. */
export const HAZE = { near: 8, far: 26 } as const;
/** Enough moments of an episode to know where everything goes. */
const MOMENTS = 24;
/** What is flatter than this share of its width, or moves in a flatter space, is looked at from above. */
const FLAT = 0.3;

/**
 * Finds how to look at an episode. Where something stands around what moves, as the walls of a maze, all of it is shown; else the
 * eye goes along with what moves.
 *
 * @param poses [rows, bodies, 7]
 */
export function frameEpisode(figure: Figure, poses: Float32Array, bodies: number): Framing {
  const width = POSE_SIZE * bodies;
  const rows = poses.length / width;
  const whole = new Box3();
  const sizes: Vector3[] = [];
  const ways = figure.moving.map(() => new Box3());
  for (let i = 0; i < MOMENTS; i++) {
    const row = Math.round((i * (rows - 1)) / (MOMENTS - 1));
    figure.place(poses.subarray(row * width, (row + 1) * width));
    const box = boxAround(figure.moving);
    if (box.isEmpty()) continue;
    whole.union(box);
    for (const [k, mesh] of figure.moving.entries())
      ways[k]!.expandByPoint(new Vector3().setFromMatrixPosition(mesh.matrixWorld));
    sizes.push(box.getSize(new Vector3()));
  }
  const largest = sizes.reduce((most, size) => most.max(size), new Vector3());
  const way = whole.isEmpty() ? new Vector3() : whole.getSize(new Vector3());
  const follows = figure.still.length === 0 && way.length() > 2 * largest.length();
  if (!follows) whole.union(boxAround(figure.still));
  const size = follows ? largest : whole.isEmpty() ? new Vector3(1, 1, 1) : whole.getSize(new Vector3());
  const farthest = ways.reduce((most, box) => most.max(box.getSize(new Vector3())), new Vector3());
  const isFlat = isFlatBox(size) || (!follows && isFlatBox(farthest));
  return {
    direction: (isFlat ? new Vector3(0, -0.42, 1) : new Vector3(0.28, -1, 0.22)).normalize(),
    // A ball around something flat is mostly empty.
    radius: Math.max(size.length() / 2, 1e-3) * (follows ? 1.15 : isFlatBox(size) ? 0.8 : 1),
    follows,
    middle: whole.isEmpty() ? new Vector3() : whole.getCenter(new Vector3()),
  };
}

function isFlatBox({ x, y, z }: Vector3): boolean {
  return z < FLAT * Math.min(x, y);
}

/** How far away the eye has to be for a ball to fit. @param aspect width by height of the picture */
export function distanceFor(radius: number, aspect: number): number {
  const half = (FIELD_OF_VIEW * Math.PI) / 360;
  return radius / Math.sin(Math.min(half, Math.atan(Math.tan(half) * aspect)));
}

/** What moves, as it stands: the middle of the box around it. */
export function middleOf(figure: Figure): Vector3 {
  return boxAround(figure.moving).getCenter(new Vector3());
}
