import { type Attributes, element } from '../mujoco/mjcf';
import { box, capsule, cylinder, type Solid, solidElement, spreadMass } from '../mujoco/solids';
import type { Vector } from '../mujoco/vectors';

/** A link of the arm, which turns about the z axis of its own frame. */
export interface PandaLink {
  /** Origin of its frame in the frame of the link before it, metres. */
  readonly position: Vector;
  /** Angle by which its frame is tilted about the x axis of the link before it, radians. */
  readonly tilt: number;
  /** Added to the angle of its joint. @default 0 */
  readonly offset?: number;
  readonly range: readonly [low: number, high: number];
  readonly damping: number;
  /** Gain of the servo that pulls the joint to its target, N m per radian. */
  readonly gain: number;
  /** Largest torque of the servo, N m. */
  readonly torque: number;
  /** Targets that the servo accepts, radians. */
  readonly targets: readonly [low: number, high: number];
  /** Kilograms, spread evenly over the solids. */
  readonly mass: number;
  /** What stands for its mesh. */
  readonly solids: readonly Solid[];
}

/** Targets of the joints 1 to 4 are followed by large motors, those of 5 to 7 by small ones. */
const large = { damping: 100, gain: 870, torque: 87 };
const small = { damping: 10, gain: 120, torque: 12 };
const RIGHT_ANGLE = Math.PI / 2;

/**
 * Franka Emika's Panda with its hand, as in D4RL's kitchen (`franka_panda.xml` of the relay-policy-learning project). Capsules close to those that
 * `franka_description` has for coarse collision checks stand for the meshes. The masses are the original's and are spread evenly over the
 * capsules, as over the meshes there; so the inertia is that of the capsules.
 */
export const pandaLinks: readonly PandaLink[] = [
  {
    position: [0, 0, 0.333],
    tilt: 0,
    range: [-2.8973, 2.8973],
    targets: [-2.9671, 2.9671],
    ...large,
    mass: 2.7063,
    solids: [capsule([0.055, 0.045], [0, 0, -0.09])],
  },
  {
    position: [0, 0, 0],
    tilt: -RIGHT_ANGLE,
    range: [-1.7628, 1.7628],
    targets: [-1.8326, 1.8326],
    ...large,
    mass: 2.73046,
    solids: [
      capsule([0.06, 0.06], [0, 0, 0]),
      capsule([0.055, 0.02], [0, -0.1, 0], undefined, [RIGHT_ANGLE, 0, 0]),
    ],
  },
  {
    position: [0, -0.316, 0],
    tilt: RIGHT_ANGLE,
    range: [-2.8973, 2.8973],
    targets: [-2.9671, 2.9671],
    ...large,
    mass: 2.04104,
    solids: [
      capsule([0.055, 0.045], [0, 0, -0.105]),
      capsule([0.055, 0.02], [0.06, 0, -0.02], undefined, [0, RIGHT_ANGLE, 0]),
    ],
  },
  {
    position: [0.0825, 0, 0],
    tilt: RIGHT_ANGLE,
    range: [-3.0718, -0.4],
    targets: [-Math.PI, 0],
    ...large,
    mass: 2.08129,
    solids: [
      capsule([0.06, 0.05], [0, 0, 0]),
      capsule([0.055, 0.03], [-0.08, 0.08, 0], undefined, [RIGHT_ANGLE, 0, 0]),
    ],
  },
  {
    position: [-0.0825, 0.384, 0],
    tilt: -RIGHT_ANGLE,
    range: [-2.8973, 2.8973],
    targets: [-2.9671, 2.9671],
    ...small,
    mass: 3.00049,
    solids: [
      capsule([0.06, 0.05], [0, 0, -0.24]),
      capsule([0.035, 0.07], [0, 0.07, -0.11]),
      capsule([0.05, 0.03], [0, 0.02, 0]),
    ],
  },
  {
    position: [0, 0, 0],
    tilt: 1.57,
    offset: 1.57,
    range: [-1.6573, 2.1127],
    targets: [-3.7525, 2.1817],
    ...small,
    mass: 1.3235,
    solids: [
      capsule([0.05, 0.03], [0, 0, -0.02]),
      capsule([0.045, 0.02], [0.07, 0, 0], undefined, [0, RIGHT_ANGLE, 0]),
    ],
  },
  {
    position: [0.088, 0, 0],
    tilt: 1.57,
    offset: 0.7854,
    range: [-2.8973, 2.8973],
    targets: [-2.9671, 2.9671],
    ...small,
    mass: 0.2,
    solids: [capsule([0.042, 0.04], [0, 0, 0.035])],
  },
];

/** Number of joints that move: those of the arm, and the two fingers. */
export const PANDA_JOINTS = pandaLinks.length + 2;

/** The hand is fixed to the last link and turned about its z axis; its fingers slide along its own y axis. */
const HAND_TURN = -Math.PI / 4;
export const pandaHand = {
  turn: HAND_TURN,
  mass: 0.81909,
  fingerMass: 0.0927059,
  solid: { ...box([0.0316, 0.1, 0.033], [0, 0, 0.14]), turn: [0, 0, HAND_TURN] as Vector },
};

/** Where the arm stands in the kitchen, and by how much it is turned about the vertical: it looks along y. */
export const pandaStand = { position: [0, 0, 1.8] as Vector, turn: 1.57 };

const finger = {
  position: [0, 0, 0.1654],
  inertia: [6.57134e-5, 6.09611e-5, 1.09932e-5],
  /** Capsules across the finger: radius, height, and the nearest and farthest y of its axis. */
  pads: [
    [0.007, 0.0875, 0.006, 0.009],
    [0.0075, 0.0775, 0.007, 0.01],
    [0.0082, 0.0675, 0.008, 0.011],
    [0.009, 0.0575, 0.009, 0.012],
    [0.01, 0.0475, 0.0105, 0.0135],
    [0.011, 0.035, 0.012, 0.015],
  ],
} as const;

/** The tip of the closed fingers in the frame of the last link, metres from its origin along z: the axis of the outermost pads. */
export const PANDA_REACH = finger.position[2] + finger.pads[0][1];

/** What collides, and how it looks. */
const armContact: Attributes = { contype: 1, conaffinity: 1, rgba: [0.92, 0.92, 0.95, 1] };
const fingerContact: Attributes = {
  friction: [1, 0.5, 0.0001],
  solref: [0.01, 1],
  solimp: [0.8, 0.9, 0.001],
  margin: 0.001,
  contype: 1,
  conaffinity: 0,
  condim: 6,
  rgba: [0.4, 0.45, 0.5, 1],
};

/** Writes the arm where it stands. */
export function pandaBody(): string {
  const { position, turn } = pandaStand;
  return element('body', { name: 'panda0', pos: position, euler: [0, 0, turn] }, [
    solidElement(cylinder([0.08, 0.065], [-0.02, 0, 0.065], 2.91242), armContact),
    linkBody(0),
  ]);
}

function linkBody(index: number): string {
  const { position, tilt, offset = 0, range, damping, mass, solids } = pandaLinks[index]!;
  const joint = { name: `panda${index + 1}`, axis: [0, 0, 1], limited: 'true', range, damping };
  return element('body', { name: joint.name, pos: position, euler: [tilt, 0, offset] }, [
    element('joint', joint),
    ...spreadMass(mass, solids).map((solid) => solidElement(solid, armContact)),
    index + 1 < pandaLinks.length ? linkBody(index + 1) : handBody(),
  ]);
}

function handBody(): string {
  const { mass, solid } = pandaHand;
  return element('body', { name: 'hand' }, [
    solidElement({ ...solid, mass }, armContact),
    fingerBody('left', 1),
    fingerBody('right', -1),
  ]);
}

/** @param side 1 for the finger at positive y, −1 for its mirror image */
function fingerBody(name: string, side: 1 | -1): string {
  const { position, inertia, pads } = finger;
  const joint = {
    name,
    type: 'slide',
    axis: [0, side, 0],
    limited: 'true',
    range: [0, 0.04],
    damping: 100,
    armature: 5,
  };
  const pad = (radius: number, from: Vector, to: Vector) =>
    element('geom', { type: 'capsule', size: radius, fromto: [...from, ...to], ...fingerContact });
  const crossed = pads.flatMap(([radius, z, near, far]) => [
    pad(radius, [0.009, side * near, z], [-0.009, side * far, z]),
    pad(radius, [0.009, side * far, z], [-0.009, side * near, z]),
  ]);
  const base = {
    ...box([0.0185, 0.012, 0.0175], [0, side * 0.014, 0.015]),
    turn: [side * 0.03, 0, 0] as const,
  };
  return element('body', { name: `${name}finger`, pos: position, euler: [0, 0, pandaHand.turn] }, [
    element('inertial', {
      pos: [side * -1.57863e-5, side * 0.0118731, 0.0434103],
      quat: [0.705868, side * 0.0310348, side * -0.0314925, 0.706962],
      mass: pandaHand.fingerMass,
      diaginertia: inertia,
    }),
    element('joint', joint),
    ...crossed,
    solidElement(base, fingerContact),
  ]);
}

/** Writes the servos: seven of the arm, then those of the left and the right finger. Their input is a position. */
export function pandaServos(): string[] {
  const servo = (joint: string, gain: number, force: number, targets: readonly number[]) =>
    element('position', {
      joint,
      kp: gain,
      forcelimited: 'true',
      forcerange: [-force, force],
      ctrllimited: 'true',
      ctrlrange: targets,
    });
  return [
    ...pandaLinks.map(({ gain, torque, targets }, i) => servo(`panda${i + 1}`, gain, torque, targets)),
    ...['left', 'right'].map((name) => servo(name, 500, 70, [0, 0.04])),
  ];
}

/** Writes which links cannot touch: neighbours but one, which the real arm's shape keeps apart and capsules may not. */
export function pandaExclusions(): string[] {
  const names = ['panda0', ...pandaLinks.map((_, i) => `panda${i + 1}`)];
  const pairs = names.slice(0, -2).map((name, i) => [name, names[i + 2]!]);
  return [['panda0', 'panda1'], ...pairs].map(([body1, body2]) =>
    element('exclude', { body1: body1!, body2: body2! }),
  );
}
