import { type Attributes, element } from '../mujoco/mjcf';
import type { Inertia } from './capsule';
import { legacyInertial } from './legacy-inertia';

/** A point in the x–z plane, metres. */
export type Point = readonly [x: number, z: number];

/** A capsule: a cylinder with a half sphere on each end, of density 1000 kg/m³. */
export interface Capsule {
  readonly radius: number;
  /** Half the length of the cylinder. */
  readonly halfLength: number;
  /** Its centre in the frame of its body. */
  readonly center: Point;
  /** Rotation about +y in radians: 0 stands along z, π/2 lies along x. */
  readonly tilt: number;
  /** Friction of sliding, torsion and rolling. */
  readonly friction: readonly [number, number, number];
}

/** The motor-driven hinge between a limb and its parent; angles in radians. */
export interface Hinge {
  /** Its position in the frame of the limb. */
  readonly position: Point;
  readonly range: readonly [low: number, high: number];
  readonly armature: number;
  readonly damping: number;
  /** Of the spring that pulls to angle 0. */
  readonly stiffness: number;
  /** Torque at full control, newton metres. */
  readonly gear: number;
}

/** A rigid part of a robot and the limbs attached to it. */
export interface Body {
  readonly name: string;
  /** The origin of its frame in its parent's frame. */
  readonly position: Point;
  readonly capsules: readonly Capsule[];
  readonly limbs?: readonly Limb[];
}

export interface Limb extends Body {
  readonly hinge: Hinge;
}

/** A robot that moves in the x–z plane: a torso that slides and turns freely, and limbs on hinges. */
export interface PlanarRobotModel {
  /** Seconds. */
  readonly timestep: number;
  readonly integrator: 'Euler' | 'RK4';
  readonly torso: Body;
  /** Value of the z coordinate while the torso is at its own position. */
  readonly restingZ: number;
  /** Which way limbs turn: 1 about +y, −1 about −y. */
  readonly hingeSign: 1 | -1;
  /** MJCF attributes of every capsule, and of the floor: what collides with what, and how hard. */
  readonly contact: Attributes;
  readonly floor: Attributes;
  /** Impedance of the joint limits, if it is not MuJoCo's default. */
  readonly limitImpedance?: readonly number[];
  /** Total mass in kilograms to scale all masses to, if given. */
  readonly totalMass?: number;
}

/** Writes a robot as MJCF. */
export function planarRobotMjcf(model: PlanarRobotModel, inertia: Inertia): string {
  const { timestep, integrator, totalMass } = model;
  const compiler = { angle: 'radian', ...(totalMass === undefined ? {} : { settotalmass: totalMass }) };
  const motors = motorsOf(model.torso.limbs ?? []);
  return element('mujoco', {}, [
    element('compiler', compiler),
    element('option', { timestep, integrator }),
    // MuJoCo would reserve 13 MB for contacts; a walker that falls flat needs some 20 kB.
    element('size', { memory: '256K' }),
    element('worldbody', {}, [
      element('geom', { type: 'plane', size: [40, 40, 1], ...model.floor }),
      bodyElement(model, model.torso, rootJoints(model), inertia),
    ]),
    element('actuator', {}, motors),
  ]);
}

function rootJoints({ restingZ }: PlanarRobotModel): string[] {
  return [
    element('joint', { name: 'rootx', type: 'slide', axis: [1, 0, 0] }),
    element('joint', { name: 'rootz', type: 'slide', axis: [0, 0, 1], ref: restingZ }),
    element('joint', { name: 'rooty', type: 'hinge', axis: [0, 1, 0] }),
  ];
}

function bodyElement(model: PlanarRobotModel, body: Body, joints: string[], inertia: Inertia): string {
  const capsules = body.capsules.map((capsule) => capsuleElement(model, capsule));
  const inertial = inertia === 'legacy' ? [element('inertial', legacyInertial(body.capsules))] : [];
  const limbs = (body.limbs ?? []).map((limb) => {
    return bodyElement(model, limb, [hingeElement(model, limb)], inertia);
  });
  const attributes = { name: body.name, pos: inSpace(body.position) };
  return element('body', attributes, [...inertial, ...joints, ...capsules, ...limbs]);
}

function hingeElement(model: PlanarRobotModel, { name, hinge }: Limb): string {
  const { position, range, armature, damping, stiffness } = hinge;
  const limit = model.limitImpedance === undefined ? {} : { solimplimit: model.limitImpedance };
  const axis = [0, model.hingeSign, 0];
  return element('joint', {
    name,
    type: 'hinge',
    axis,
    pos: inSpace(position),
    limited: 'true',
    range,
    armature,
    damping,
    stiffness,
    ...limit,
  });
}

function capsuleElement(model: PlanarRobotModel, capsule: Capsule): string {
  return element('geom', {
    type: 'capsule',
    size: [capsule.radius, capsule.halfLength],
    pos: inSpace(capsule.center),
    axisangle: [0, 1, 0, capsule.tilt],
    friction: capsule.friction,
    ...model.contact,
  });
}

/** Motors in the order of the limbs, which is that of the action's components. */
function motorsOf(limbs: readonly Limb[]): string[] {
  return limbs.flatMap(({ name, hinge, limbs: further = [] }) => [
    element('motor', { joint: name, gear: hinge.gear, ctrllimited: 'true', ctrlrange: [-1, 1] }),
    ...motorsOf(further),
  ]);
}

function inSpace([x, z]: Point): number[] {
  return [x, 0, z];
}
