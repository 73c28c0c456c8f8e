import { type Attributes, element } from '../mujoco/mjcf';
import { type Inertia, straightLimb } from './capsule';

/** What the ants of Gym and of D4RL's mazes differ in. */
export interface AntModel {
  /** Seconds. */
  readonly timestep: number;
  /** MJCF attributes of every geom: how hard contacts are. */
  readonly contact?: Attributes;
  /** Torque at full control, newton metres. */
  readonly gear: number;
  /** Further geoms in the world, which touch the ant. */
  readonly walls?: readonly Attributes[];
}

/** A leg points to one corner: which way along x and y, and between which angles its ankle turns, in degrees. */
interface Leg {
  readonly toX: 1 | -1;
  readonly toY: 1 | -1;
  readonly ankle: readonly [low: number, high: number];
}

const legs: readonly Leg[] = [
  { toX: 1, toY: 1, ankle: [30, 70] },
  { toX: -1, toY: 1, ankle: [-70, -30] },
  { toX: -1, toY: -1, ankle: [-70, -30] },
  { toX: 1, toY: -1, ankle: [30, 70] },
];

/** Hip and ankle of the last leg come first in an action. */
const actionOrder = [3, 0, 1, 2];

const surface = { condim: 3, friction: [1, 0.5, 0.5], margin: 0.01 };
const joint = { type: 'hinge', armature: 1, damping: 1, limited: 'true' };

/** Numbers of coordinates of the ant, a free body with eight hinges. */
export const antPositions = 15;
export const antVelocities = 14;

/** Writes the ant as MJCF, after Gym's `ant.xml`. The torso is body 1. */
export function antMjcf({ timestep, contact = {}, gear, walls = [] }: AntModel, inertia: Inertia): string {
  const touching = { ...surface, ...contact };
  const body = { ...touching, conaffinity: 0 };
  return element('mujoco', {}, [
    element('compiler', { angle: 'degree' }),
    element('option', { timestep, integrator: 'RK4' }),
    element('size', { memory: '1M' }),
    element('worldbody', {}, [
      element('geom', { name: 'floor', type: 'plane', size: [40, 40, 40], ...touching }),
      ...walls.map((wall) => element('geom', { ...touching, ...wall })),
      element('body', { name: 'torso', pos: [0, 0, 0.75] }, [
        element('joint', { name: 'root', type: 'free', margin: 0.01 }),
        element('geom', { type: 'sphere', size: 0.25, density: DENSITY, ...body }),
        ...legs.map((leg, i) => legElement(leg, i + 1, inertia, body)),
      ]),
    ]),
    element(
      'actuator',
      {},
      actionOrder.flatMap((leg) => [motor(`hip_${leg + 1}`, gear), motor(`ankle_${leg + 1}`, gear)]),
    ),
  ]);
}

const DENSITY = 5;

/** A leg is three capsules: one that is part of the torso, one behind the hip, which turns about z, and one behind the ankle. */
function legElement({ toX, toY, ankle }: Leg, number: number, inertia: Inertia, attributes: Attributes) {
  const part = (length: number) => {
    const limb = { end: [length * toX, length * toY, 0], radius: 0.08, density: DENSITY } as const;
    return straightLimb(limb, inertia, attributes);
  };
  const pos = [0.2 * toX, 0.2 * toY, 0];
  const hip = { name: `hip_${number}`, axis: [0, 0, 1], range: [-30, 30] };
  const bend = { name: `ankle_${number}`, axis: [toX === toY ? -1 : 1, 1, 0], range: ankle };
  return element('body', {}, [
    ...part(0.2),
    element('body', { pos }, [
      element('joint', { ...joint, ...hip }),
      ...part(0.2),
      element('body', { pos }, [element('joint', { ...joint, ...bend }), ...part(0.4)]),
    ]),
  ]);
}

function motor(name: string, gear: number): string {
  return element('motor', { joint: name, gear, ctrllimited: 'true', ctrlrange: [-1, 1] });
}
