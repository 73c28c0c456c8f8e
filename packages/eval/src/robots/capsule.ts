import { type Attributes, element } from '../mujoco/mjcf';

/**
 * How the inertia of a capsule is computed: `exact` since MuJoCo 2.1.1 (Gymnasium's v4 and v5), `legacy` as the
 * cylinder of before (Gym's v2 and v3, and the data of D4RL).
 */
export type Inertia = 'exact' | 'legacy';

/** A limb that is one capsule, from the origin of its body to its end. */
export interface StraightLimb {
  /** Its end in the frame of its body, metres. */
  readonly end: readonly [x: number, y: number, z: number];
  readonly radius: number;
  /** Kilograms per cubic metre. */
  readonly density: number;
}

/** Writes what a body consists of that is one capsule: its geom, and its inertia where MuJoCo would compute another one. */
export function straightLimb(limb: StraightLimb, inertia: Inertia, attributes: Attributes = {}): string[] {
  const { end, radius, density } = limb;
  const geom = element('geom', {
    type: 'capsule',
    fromto: [0, 0, 0, ...end],
    size: radius,
    density,
    ...attributes,
  });
  if (inertia === 'exact') return [geom];
  const halfLength = Math.hypot(...end) / 2;
  const { mass, across, along } = legacyCylinder(radius, halfLength, density);
  const pos = end.map((coordinate) => coordinate / 2);
  return [element('inertial', { pos, zaxis: end, mass, diaginertia: [across, across, along] }), geom];
}

/**
 * Computes mass and moments of inertia of a capsule as MuJoCo did up to 2.1.0. It took a capsule of radius r and half-length h for
 * a cylinder of length L = 2h + r: mass ρπr²L, inertia m(3r² + L²)/12 across its axis and mr²/2 about it.
 */
export function legacyCylinder(radius: number, halfLength: number, density: number) {
  const length = 2 * halfLength + radius;
  const mass = density * Math.PI * radius ** 2 * length;
  return { mass, across: (mass * (3 * radius ** 2 + length ** 2)) / 12, along: (mass * radius ** 2) / 2 };
}
