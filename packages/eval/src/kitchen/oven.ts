import { type Attributes, element } from '../mujoco/mjcf';
import { box, capsule, cylinder } from '../mujoco/solids';
import type { Vector } from '../mujoco/vectors';
import { handleBar, piece } from './furniture';

/** Where knobs and burners are in the frame of the oven; the number of each is that of its name, less one. */
const knobs: readonly Vector[] = [
  [-0.148, 0.22, 1.243],
  [-0.271, 0.22, 1.243],
  [-0.148, 0.22, 1.357],
  [-0.271, 0.22, 1.357],
];
const burners: readonly Vector[] = [
  [0.206, -0.119, 0.61],
  [-0.24, -0.119, 0.61],
  [0.204, 0.322, 0.61],
  [-0.237, 0.322, 0.61],
];

/** Inertia of what the original gives no shape. */
const TINY = [0.001, 0.001, 0.001];
const DOWN = [0, 0, -1];

/** Writes the oven with its four knobs and burners. */
export function oven(): string {
  const body = [
    box([0.5, 0.625, 0.81], [-0.017, 0.28, -0.175], 5),
    ...[-0.682, 0.254].flatMap((z) => handleBar([-0.015, -0.39, z], 0.2, [-0.215, 0.184], -0.36)),
  ];
  const parts = knobs.flatMap((position, i) => [knob(i + 1, position), burner(i + 1, burners[i]!)]);
  return piece({ name: 'oven', pos: [0.115, -0.2921, 0.9834] }, 'dark', body, parts);
}

/** A bar that is turned like a key: its hinge points at the robot. */
function knob(number: number, position: Vector): string {
  const solids = [
    box([0.014, 0.048, 0.018], [0, 0, 0.038], 0.01),
    cylinder([0.05, 0.008], [0, 0, 0.013], 0.01),
  ];
  return piece({ name: `knob${number}`, pos: position, euler: [1.57, 0, 0] }, 'metal', solids, [
    joint({ name: `knob${number}`, range: [-1.57, 0] }),
  ]);
}

/** Sinks as its knob is turned, and can only be seen. */
function burner(number: number, position: Vector): string {
  const spring = number === 1 ? {} : { stiffness: 1 };
  return element('body', { name: `burner${number}`, pos: position }, [
    element('inertial', { pos: [0, 0, 0], mass: 0.01, diaginertia: TINY }),
    joint({ name: `burner${number}`, type: 'slide', axis: DOWN, range: [-0.009, 0], ...spring }),
  ]);
}

/** Writes the hood with the light and its switch, a lever that points at the robot. */
export function hood(): string {
  return piece(
    { name: 'hood', pos: [0.1, 0.188, 2.33] },
    'stone',
    [box([0.502, 0.336, 0.12], [0, 0.073, -0.046], 2)],
    [
      piece(
        { name: 'switch', pos: [-0.4, -0.2473, -0.05] },
        'red',
        [capsule([0.021, 0.03], [0.0263, -0.065, 0], 0.01, [-1.57, -0.4, 0])],
        [
          element('inertial', { pos: [-0.0046, 0.35, 0.0131], mass: 0.1, diaginertia: TINY }),
          joint({ name: 'switch', range: [-0.7, 0], frictionloss: 1 }),
        ],
      ),
      element('body', { name: 'light', pos: [-0.0044, -0.3, -0.1361] }, [
        element('inertial', { pos: [0, 0, 0], mass: 0.01, diaginertia: TINY }),
        joint({ name: 'light', type: 'slide', axis: DOWN, range: [-0.05, 0], frictionloss: 1 }),
      ]),
    ],
  );
}

/** Writes what couples each knob to its burner, and the switch to the light. */
export function ovenCouplings(): string[] {
  const couple = (joint1: string, joint2: string, ratio: number) =>
    element('joint', { joint1, joint2, polycoef: [0, ratio, 0, 0, 0] });
  return [
    ...knobs.map((_, i) => couple(`knob${i + 1}`, `burner${i + 1}`, 174)),
    couple('switch', 'light', 14),
  ];
}

function joint(attributes: Attributes): string {
  return element('joint', {
    type: 'hinge',
    axis: [0, 0, 1],
    limited: 'true',
    armature: 0.001,
    damping: 2,
    ...attributes,
  });
}
