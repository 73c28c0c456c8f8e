import type { Attributes } from '../mujoco/mjcf';
import type { Capsule } from './planar-robot-model';

const DENSITY = 1000;

/**
 * Computes mass, centre of mass and inertia of a body as MuJoCo did up to 2.1.0, as attributes of MJCF's
 * `inertial`. It took a capsule of radius r and half-length h for a cylinder of length L = 2h + r: mass ρπr²L,
 * inertia m(3r² + L²)/12 across and mr²/2 along.
 */
export function legacyInertial(capsules: readonly Capsule[]): Attributes {
  const parts = capsules.map(cylinder);
  const mass = sum(parts, (part) => part.mass);
  const x = sum(parts, (part) => part.mass * part.x) / mass;
  const z = sum(parts, (part) => part.mass * part.z) / mass;

  // Each part about its own centre, moved to the common one (parallel axes).
  const ixx = sum(parts, (part) => part.ixx + part.mass * (part.z - z) ** 2);
  const izz = sum(parts, (part) => part.izz + part.mass * (part.x - x) ** 2);
  const iyy = sum(parts, (part) => part.iyy + part.mass * ((part.x - x) ** 2 + (part.z - z) ** 2));
  const ixz = sum(parts, (part) => part.ixz - part.mass * (part.x - x) * (part.z - z));
  return { pos: [x, 0, z], mass, fullinertia: [ixx, iyy, izz, 0, ixz, 0] };
}

function cylinder({ radius, halfLength, center, tilt }: Capsule) {
  const length = 2 * halfLength + radius;
  const mass = DENSITY * Math.PI * radius ** 2 * length;
  const across = (mass * (3 * radius ** 2 + length ** 2)) / 12;
  const along = (mass * radius ** 2) / 2;
  // The cylinder's axis points to (sin, 0, cos).
  const sin = Math.sin(tilt);
  const cos = Math.cos(tilt);
  return {
    mass,
    x: center[0],
    z: center[1],
    ixx: across * cos ** 2 + along * sin ** 2,
    iyy: across,
    izz: across * sin ** 2 + along * cos ** 2,
    ixz: (along - across) * sin * cos,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
