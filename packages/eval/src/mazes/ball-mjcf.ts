import { element } from '../mujoco/mjcf';

type Position = readonly [x: number, y: number, z: number];

/** A ball between boxes of 1 × 1. */
export interface BallModel {
  /** Middles of the boxes. */
  readonly walls: readonly Position[];
  /** Where the ball's own coordinates begin, along x and y of the model. */
  readonly origin: number;
  /** What is under the maze, along x and y. */
  readonly ground: { readonly size: readonly [number, number]; readonly middle: readonly [number, number] };
  /** What shows the goal, in MJCF; it takes no part in the ball's motion. */
  readonly goal: string;
}

const BALL_RADIUS = 0.1;
/** How low the ball reaches: where the ground is. */
export const LOWEST = -BALL_RADIUS;

const contact = { condim: 1, contype: 2, conaffinity: 1, margin: 0.002, friction: [0.5, 0.1, 0.1] };

/** What a goal looks like. */
export const goalLook = { type: 'cylinder', rgba: [0.93, 0.72, 0.2, 1] };

/**
 * Writes a ball that forces move in a maze as MJCF, with the numbers that D4RL and Gymnasium-Robotics share. Their ground only
 * pushes the ball along z, where it cannot move; here the ground is only to be seen: a site takes no part in the physics.
 */
export function ballMjcf({ walls, origin, ground, goal }: BallModel): string {
  return element('mujoco', {}, [
    element('option', { timestep: 0.01, gravity: [0, 0, 0], iterations: 20, integrator: 'Euler' }),
    element('size', { memory: '256K' }),
    element('worldbody', {}, [
      groundElement(ground),
      ...walls.map((pos) => element('geom', { type: 'box', size: [0.5, 0.5, 0.2], pos, ...contact })),
      element('body', { pos: [origin, origin, 0] }, [
        element('joint', { name: 'x', type: 'slide', axis: [1, 0, 0], damping: 1 }),
        element('joint', { name: 'y', type: 'slide', axis: [0, 1, 0], damping: 1 }),
        element('geom', { type: 'sphere', size: BALL_RADIUS, ...contact, contype: 1 }),
      ]),
      goal,
    ]),
    element('actuator', {}, [
      element('motor', { joint: 'x', gear: 100, ctrllimited: 'true', ctrlrange: [-1, 1] }),
      element('motor', { joint: 'y', gear: 100, ctrllimited: 'true', ctrlrange: [-1, 1] }),
    ]),
  ]);
}

function groundElement({ size, middle }: BallModel['ground']): string {
  return element('site', {
    name: 'ground',
    type: 'box',
    size: [size[0] / 2, size[1] / 2, 0.01],
    pos: [...middle, LOWEST - 0.02],
    rgba: [0.91, 0.92, 0.94, 1],
  });
}

const MAX_SPEED = 5;

/** Bounds the ball's velocity, which a force could raise without end. */
export function limitSpeed(qvel: Float64Array): void {
  for (let i = 0; i < 2; i++) qvel[i] = Math.min(MAX_SPEED, Math.max(-MAX_SPEED, qvel[i]!));
}

/** Computes the reward at an offset from the goal: sparse, 1 within a radius, else 0; dense, exp(−distance). */
export function ballReward(kind: 'sparse' | 'dense', radius: number, x: number, y: number): number {
  const distance = Math.sqrt(x * x + y * y);
  return kind === 'sparse' ? Number(distance <= radius) : Math.exp(-distance);
}
