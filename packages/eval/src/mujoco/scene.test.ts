import { describe, expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';
import { loadMujoco } from './load-mujoco';
import { openMujoco } from './mujoco-environment';
import type { SceneShape } from './scene';
import { createSimulation } from './simulation';

/** A hinge in a tilted body, with a tilted capsule in it. */
const arm = `<mujoco>
  <asset>
    <material name="wood" rgba="0.6 0.4 0.2 1"/>
    <mesh name="wedge" vertex="0 0 0  1 0 0  0 1 0  0 0 1"/>
  </asset>
  <worldbody>
    <geom name="floor" type="plane" size="0 0 1" material="wood"/>
    <body pos="0.1 0.2 0.3" euler="20 30 40">
      <joint axis="0 1 0"/>
      <geom name="limb" type="capsule" fromto="0 0 0 0.3 0.4 0.5" size="0.05" rgba="1 0 0 1"/>
      <geom name="hull" type="box" size="0.1 0.2 0.3" group="3"/>
      <site name="tip" pos="0.3 0.4 0.5" size="0.02" rgba="0 1 0 0.5"/>
      <body pos="0 0 1">
        <geom name="part" type="mesh" mesh="wedge" group="3"/>
        <geom name="unseen" type="sphere" size="1" rgba="0 0 0 0" group="3"/>
      </body>
    </body>
  </worldbody>
</mujoco>`;

describe('a scene', () => {
  it('has the shapes that are to be seen, with the colours that MuJoCo gives them', async () => {
    const simulation = createSimulation(await loadMujoco(), arm);
    const { bodies, shapes, meshes } = simulation.scene();
    simulation.dispose();
    expect(bodies).toBe(3);
    expect(shapes.map(({ kind, body, colour }) => [kind, body, colour?.map((c) => +c.toFixed(4))])).toEqual([
      ['plane', 0, [0.6, 0.4, 0.2, 1]],
      ['capsule', 1, [1, 0, 0, 1]],
      // All of its shapes are in a hidden group: something has to be seen of it.
      ['mesh', 2, undefined],
      ['sphere', 1, [0, 1, 0, 0.5]],
    ]);
    expect(shapes[1]!.size.slice(0, 2)).toEqual([0.05, expect.closeTo(Math.sqrt(0.5) / 2, 12)]);
    expect(meshes[shapes[2]!.mesh!]).toMatchObject({ vertices: { length: 12 }, faces: { length: 12 } });
  });

  it('survives JSON', async () => {
    const simulation = createSimulation(await loadMujoco(), arm);
    expect(JSON.parse(JSON.stringify(simulation.scene()))).toEqual(simulation.scene());
    simulation.dispose();
  });
});

describe('poses', () => {
  it('put shapes where MuJoCo has them', async () => {
    const mujoco = await loadMujoco();
    const simulation = createSimulation(mujoco, arm);
    const limb = simulation.scene().shapes[1]!;
    const poses = simulation.place([0.7]);
    const model = mujoco.MjModel.from_xml_string(arm);
    const data = new mujoco.MjData(model);
    data.qpos[0] = 0.7;
    mujoco.mj_forward(model, data);
    const pose = poseOf(limb, poses);
    for (let i = 0; i < 3; i++) {
      // Poses are float32.
      expect(pose.position[i]).toBeCloseTo(data.geom_xpos[3 + i], 6);
      expect(pose.axis[i]).toBeCloseTo(data.geom_xmat[9 + 3 * i + 2], 6);
    }
    for (const each of [data, model, simulation]) 'delete' in each ? each.delete() : each.dispose();
  });

  it('end the running episode, and leave what follows as it would have been', async () => {
    const environment = await openPhysical('hopper-v4');
    const play = () => {
      environment.reset(3);
      return Array.from({ length: 5 }, () => environment.step([0.5, -0.5, 0.1]).reward);
    };
    const undisturbed = play();
    const poses = environment.posesAt(environment.qpos);
    expect(poses.length).toBe(7 * environment.scene().bodies);
    expect(() => environment.step([0, 0, 0])).toThrow('Call `reset` before the first step');
    expect(play()).toEqual(undisturbed);
    environment.dispose();
  });

  it('are refused for positions of another model, and for what is no number', async () => {
    const environment = await openPhysical('hopper-v4');
    expect(() => environment.posesAt([1, 2])).toThrow(/positions differs.*6.*2/s);
    expect(() => environment.posesAt([0, 1, Number.NaN, 0, 0, 0])).toThrow('Index 2 of the positions');
    environment.dispose();
  });

  it('come with the time that a step takes', async () => {
    const environment = await openPhysical('hopper-v4');
    expect(environment.secondsPerStep).toBeCloseTo(0.008, 12);
    environment.dispose();
    const model = '<mujoco><option timestep="0.25"/><worldbody><geom size="1"/></worldbody></mujoco>';
    const spec = {
      id: 'still',
      observationSize: 1,
      actionSize: 0,
      actionLow: 0,
      actionHigh: 0,
      maxEpisodeSteps: 1,
    };
    const still = await openMujoco(model, {
      spec,
      frameSkip: 2,
      drawInitialState() {},
      observe() {},
      isTerminated: () => false,
      reward: () => 0,
    });
    expect(still.secondsPerStep).toBe(0.5);
    still.dispose();
  });
});

it('the goal of a maze is to be seen where it pays', async () => {
  const environment = await openPhysical('maze2d-umaze-v1');
  const { shapes } = environment.scene();
  const goal = shapes.find(({ kind }) => kind === 'cylinder')!;
  const ball = shapes.find(({ kind }) => kind === 'sphere')!;
  environment.setState([1, 1], [0, 0]);
  expect(environment.step([0, 0]).reward).toBe(1);
  const at = poseOf(ball, environment.posesAt([1, 1])).position;
  // The goal lies below the ball, and poses are float32.
  expect(at.map((value) => Number(value.toFixed(6)))).toEqual([...goal.position.slice(0, 2), 0]);
  environment.dispose();
});

/** Where a shape is in the world, and where its own z points. */
function poseOf({ body, position, rotation }: SceneShape, poses: Float32Array) {
  const pose = Array.from(poses.subarray(7 * body, 7 * body + 7));
  const origin = pose.slice(0, 3);
  const turn = pose.slice(3);
  return {
    position: rotate(turn, position).map((value, i) => value + origin[i]!),
    axis: rotate(turn, rotate(rotation, [0, 0, 1])),
  };
}

/** Turns a vector by a quaternion: v + 2w(u × v) + 2u × (u × v). */
function rotate([w = 1, ...u]: readonly number[], v: readonly number[]): number[] {
  const first = cross(u, v);
  const second = cross(u, first);
  return v.map((value, i) => value + 2 * w * first[i]! + 2 * second[i]!);
}

function cross([a = 0, b = 0, c = 0]: readonly number[], [x = 0, y = 0, z = 0]: readonly number[]): number[] {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}
