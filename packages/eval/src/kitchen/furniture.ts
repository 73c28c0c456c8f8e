import { type Attributes, element } from '../mujoco/mjcf';
import { box, capsule, cylinder, type Solid, solidElement } from '../mujoco/solids';
import type { Vector } from '../mujoco/vectors';

/** What the arm and the kettle collide with. Pieces of furniture do not collide with each other. */
export const objectContact = { conaffinity: 1, contype: 0, condim: 3, margin: 0.001 };
/** Of what gives way a little more. */
export const softContact = { ...objectContact, solimp: [0.8, 0.9, 0.01], solref: [0.02, 1] };

/** How things look: red, green, blue, opacity. */
export const colours = {
  wood: [0.66, 0.52, 0.38, 1],
  stone: [0.55, 0.55, 0.56, 1],
  metal: [0.72, 0.73, 0.75, 1],
  dark: [0.22, 0.22, 0.25, 1],
  red: [0.75, 0.22, 0.16, 1],
  wall: [0.88, 0.86, 0.82, 1],
} as const;

/** Lies along x, and along y. */
export const ALONG_X: Vector = [0, 1.57, 0];
export const ALONG_Y: Vector = [1.57, 0, 0];

/** Writes a body that consists of solids and further elements. */
export function piece(
  attributes: Attributes,
  colour: keyof typeof colours,
  solids: readonly Solid[],
  children: readonly string[] = [],
  contact: Attributes = objectContact,
): string {
  const looks = { ...contact, rgba: colours[colour] };
  return element('body', attributes, [...children, ...solids.map((solid) => solidElement(solid, looks))]);
}

/** Writes the counters with the tap, and the handles of two drawers. */
export function counters(): string {
  return piece({ name: 'counters' }, 'stone', [
    box([0.46, 1.07, 0.777], [-0.86, -0.5, 0.78], 5),
    box([0.304, 0.606, 0.71], [0.907, -0.045, 0.71], 3),
    box([0.463, 1.08, 0.03], [-0.855, -0.508, 1.57], 0.5),
    box([0.051, 0.611, 0.03], [1.159, -0.045, 1.57], 0.2),
    box([0.051, 0.611, 0.03], [0.649, -0.045, 1.57], 0.2),
    box([0.204, 0.165, 0.03], [0.904, 0.4, 1.57], 0.2),
    box([0.204, 0.039, 0.03], [0.904, -0.617, 1.57], 0.2),
    box([0.05, 0.61, 0.076], [1.158, -0.04, 1.47], 0.2),
    box([0.05, 0.61, 0.076], [0.652, -0.04, 1.47], 0.2),
    box([0.204, 0.166, 0.076], [0.904, 0.401, 1.47], 0.2),
    box([0.206, 0.034, 0.076], [0.904, -0.611, 1.47], 0.2),
    cylinder([0.035, 0.05], [0.9, 0.085, 1.83], 0.02),
    capsule([0.025, 0.08], [0.9, 0.085, 1.92], 0.02),
    capsule([0.025, 0.11], [0.9, 0.2, 2], 0.02, ALONG_Y),
    capsule([0.025, 0.2], [0.9, 0.317, 1.8], 0.02),
    cylinder([0.032, 0.07], [0.9, 0.317, 1.67], 0.02),
    cylinder([0.029, 0.03], [0.947, 0.318, 1.68], 0.02, ALONG_X),
    cylinder([0.035, 0.013], [0.99, 0.318, 1.68], 0.02, ALONG_X),
    capsule([0.01, 0.03], [0.99, 0.26, 1.68], 0.02, ALONG_Y),
    ...[1.39, 1.14].flatMap((z) => handleBar([0.909, -0.695, z], 0.1, [0.71, 1.108], -0.665)),
  ]);
}

/** A bar along x in front of two posts. */
export function handleBar(
  bar: Vector,
  mass: number,
  posts: readonly [left: number, right: number],
  depth: number,
): Solid[] {
  return [
    cylinder([0.022, 0.28], bar, mass, ALONG_X),
    ...posts.map((x) => cylinder([0.018, 0.03], [x, depth, bar[2]], 0.02, ALONG_Y)),
  ];
}

/** Writes the two walls. */
export function walls(): string[] {
  const wall = (attributes: Attributes, halfLength: number, x: number) =>
    piece(attributes, 'wall', [
      box([halfLength, 0.07, 0.6], [x, 0.06, 0.6], 0.2),
      box([halfLength, 0.08, 0.145], [x, 0.06, 0.145], 0.2),
    ]);
  return [
    wall({ pos: [0.059, 0.584, 1.587] }, 1.26, -0.11),
    wall({ pos: [-1.305, -0.546, 1.587], euler: [0, 0, 1.57] }, 1.079, 0.044),
  ];
}
