import { type Attributes, element } from './mjcf';
import { add, scale, type Vector } from './vectors';

/** A box, a cylinder or a capsule. Sizes are half-sizes, as in MJCF. */
export interface Solid {
  readonly type: 'box' | 'cylinder' | 'capsule';
  /** Half-sizes of a box along x, y, z; radius and half-length along z of the others (a capsule's without its caps). */
  readonly size: readonly number[];
  /** Its centre in the frame of its body. */
  readonly position: Vector;
  /** Kilograms. */
  readonly mass?: number | undefined;
  /** Turns about x, then the new y, then the new z, radians. @default none */
  readonly turn?: Vector | undefined;
}

/** Describes a box by its half-sizes. */
export function box(size: Vector, position: Vector, mass?: number): Solid {
  return { type: 'box', size, position, mass };
}

/** Describes a cylinder by its radius and half its length. */
export function cylinder(
  size: readonly [radius: number, halfLength: number],
  position: Vector,
  mass?: number,
  turn?: Vector,
): Solid {
  return { type: 'cylinder', size, position, mass, turn };
}

/** Describes a capsule by its radius and half the length between the centres of its caps. */
export function capsule(
  size: readonly [radius: number, halfLength: number],
  position: Vector,
  mass?: number,
  turn?: Vector,
): Solid {
  return { type: 'capsule', size, position, mass, turn };
}

/** Writes a solid as MJCF, with the attributes of its contacts. */
export function solidElement({ type, size, position, mass, turn }: Solid, contact: Attributes): string {
  return element('geom', {
    type,
    size,
    pos: position,
    ...(turn === undefined ? {} : { euler: turn }),
    ...(mass === undefined ? {} : { mass }),
    ...contact,
  });
}

/** Gives each of some solids its share of a mass: they are of one material. */
export function spreadMass(mass: number, solids: readonly Solid[]): Solid[] {
  const total = solids.reduce((sum, solid) => sum + volume(solid), 0);
  return solids.map((solid) => ({ ...solid, mass: (mass * volume(solid)) / total }));
}

/** Computes the centre of mass of solids of one material. */
export function centreOfMass(solids: readonly Solid[]): Vector {
  return spreadMass(1, solids)
    .map(({ mass = 0, position }) => scale(mass, position))
    .reduce(add);
}

function volume({ type, size: [a = 0, b = 0, c = 0] }: Solid): number {
  if (type === 'box') return 8 * a * b * c;
  const caps = type === 'capsule' ? (4 / 3) * Math.PI * a ** 3 : 0;
  return caps + 2 * Math.PI * a * a * b;
}
