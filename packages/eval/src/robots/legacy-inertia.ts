import type { Attributes } from '../mujoco/mjcf';
import { legacyCylinder } from './capsule';
import type { Capsule } from './planar-robot-model';

const DENSITY = 1000;

/**
 * Computes mass, centre of mass and inertia of a body in the plane as MuJoCo did up to 2.1.0, from the cylinders that it took capsules
 * for, as attributes of MJCF's `inertial`.
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
  const { mass, across, along } = legacyCylinder(radius, halfLength, DENSITY);
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
