import { type Attributes, element } from '../mujoco/mjcf';
import { box, capsule, cylinder, type Solid } from '../mujoco/solids';
import type { Vector } from '../mujoco/vectors';
import { ALONG_X, ALONG_Y, piece, softContact } from './furniture';

/** Writes the cabinet whose door slides to the right. */
export function slideCabinet(): string {
  const door = [
    box([0.225, 0.03, 0.195], [0, -0.02, 0], 0.2),
    ...[-0.114, 0.114].map((z) => cylinder([0.019, 0.053], [-0.183, -0.06, z], 0.02, ALONG_Y)),
    cylinder([0.022, 0.159], [-0.183, -0.123, 0], 0.1),
  ];
  const body = [
    ...[-0.18, 0.18].map((z) => box([0.223, 0.3, 0.02], [-0.225, 0, z], 0.2)),
    box([0.226, 0.3, 0.2], [0.224, 0, 0], 1),
    box([0.022, 0.3, 0.16], [-0.426, 0, 0], 0.2),
    box([0.2, 0.024, 0.16], [-0.2, 0.276, 0], 0.2),
  ];
  return piece({ name: 'slidecabinet', pos: [0.4, 0.3, 2.6] }, 'wood', body, [
    piece({ name: 'slide', pos: [-0.225, -0.32, 0] }, 'metal', door, [
      joint({ name: 'slide', type: 'slide', axis: [1, 0, 0], range: [0, 0.44] }),
    ]),
  ]);
}

/** Writes the cabinet with two doors on hinges. */
export function hingeCabinet(): string {
  const body = [
    box([0.04, 0.3, 0.2], [0, 0, 0], 0.3),
    ...[-0.38, 0.38].map((x) => box([0.02, 0.3, 0.2], [x, 0, 0], 0.2)),
    ...[-0.2, 0.2].flatMap((x) => [-0.18, 0.18].map((z) => box([0.16, 0.3, 0.02], [x, 0, z], 0.2))),
    ...[-0.2, 0.2].map((x) => box([0.16, 0.02, 0.16], [x, 0.28, 0], 0.2)),
  ];
  const left = cabinetDoor(
    'lefthinge',
    [-0.38, -0.32, 0],
    [-1.57, 0],
    [box([0.193, 0.03, 0.2], [0.184, -0.015, 0], 0.2), ...cabinetHandle(0.302)],
  );
  const right = cabinetDoor(
    'righthinge',
    [0.38, -0.32, 0],
    [0, 1.57],
    [...cabinetHandle(-0.302), box([0.185, 0.03, 0.2], [-0.185, -0.015, 0], 0.2)],
  );
  return piece({ name: 'hingecabinet', pos: [-0.504, 0.28, 2.6] }, 'wood', body, [left, right], softContact);
}

function cabinetDoor(name: string, pos: Vector, range: readonly number[], solids: readonly Solid[]): string {
  return piece({ name, pos }, 'metal', solids, [joint({ name, range })], softContact);
}

function cabinetHandle(x: number): Solid[] {
  return [
    cylinder([0.022, 0.16], [x, -0.128, 0], 0.1),
    ...[-0.114, 0.114].map((z) => cylinder([0.019, 0.053], [x, -0.061, z], 0.02, ALONG_Y)),
  ];
}

/** Writes the microwave. */
export function microwave(): string {
  const door = [
    capsule([0.02, 0.13], [0.475, -0.108, 0], 0.02),
    ...[-0.13, 0.13].map((z) => capsule([0.02, 0.03], [0.475, -0.075, z], 0.02, ALONG_Y)),
    box([0.259, 0.024, 0.185], [0.259, -0.026, 0], 0.2),
  ];
  const body = [
    box([0.029, 0.199, 0.187], [-0.316, 0.023, 0.187], 0.5),
    box([0.109, 0.199, 0.187], [0.236, 0.023, 0.187], 0.5),
    box([0.207, 0.03, 0.187], [-0.081, 0.191, 0.187], 0.5),
    box([0.207, 0.169, 0.019], [-0.08, -0.007, 0.355], 0.5),
    box([0.207, 0.168, 0.024], [-0.08, -0.008, 0.024], 0.5),
    box([0.085, 0.024, 0.187], [0.26, -0.197, 0.187], 0.5),
  ];
  const hinged = piece(
    { name: 'microdoor', pos: [-0.345, -0.176, 0.192] },
    'metal',
    door,
    [joint({ name: 'microwave', range: [-2.094, 0] })],
    softContact,
  );
  return piece(
    { name: 'microwave', pos: [-0.75, -0.025, 1.6], euler: [0, 0, 0.3] },
    'dark',
    body,
    [hinged],
    softContact,
  );
}

/** Writes the kettle, which nothing holds. */
export function kettle(): string {
  const contact = { ...softContact, condim: 4, contype: 1 };
  const solids = [
    capsule([0.032, 0.1], [0, 0, 0.259], 0.02, ALONG_X),
    ...[-0.092, 0.092].map((x) => capsule([0.023, 0.06], [x, 0, 0.18], 0.02)),
    cylinder([0.031, 0.05], [-0.126, 0, 0.07], 0.02, [0, 2.25, 0]),
    box([0.122, 0.122, 0.058], [0, 0, 0.058], 0.8),
  ];
  const free = element('freejoint', { name: 'kettle' });
  return piece({ name: 'kettle', pos: [-0.269, 0.35, 1.626] }, 'red', solids, [free], contact);
}

function joint(attributes: Attributes): string {
  return element('joint', {
    type: 'hinge',
    axis: [0, 0, 1],
    limited: 'true',
    armature: 0.01,
    damping: 2,
    frictionloss: 2,
    ...attributes,
  });
}
