import { Vector3 } from 'three';
import { expect, it } from 'vitest';
import { createFigure } from './figure';
import { distanceFor, FIELD_OF_VIEW, frameEpisode } from './framing';
import { openStage } from './open-stage';

/** The stage of an environment, with its figure and the poses at some positions. */
async function stageOf(id: string, qpos: readonly (readonly number[])[]) {
  const stage = await openStage(id);
  const scene = stage.scene!;
  const poses = stage.poses({ observations: [], qpos: qpos.flat() }, qpos.length);
  stage.dispose();
  return { figure: createFigure(scene), poses, bodies: scene.bodies };
}

const cheetah = (x: number) => [x, ...Array(8).fill(0)];

it('goes along with a robot that walks away over a floor without end', async () => {
  const { figure, poses, bodies } = await stageOf('halfcheetah-v4', [cheetah(0), cheetah(30)]);
  const { follows, radius } = frameEpisode(figure, poses, bodies);
  expect(follows).toBe(true);
  // The cheetah is a little more than a metre long.
  expect(radius).toBeGreaterThan(0.5);
  expect(radius).toBeLessThan(1.5);
});

it('stays where a robot stays', async () => {
  const { figure, poses, bodies } = await stageOf('halfcheetah-v4', [cheetah(0), cheetah(0.1)]);
  expect(frameEpisode(figure, poses, bodies).follows).toBe(false);
});

it('looks at a whole maze from above', async () => {
  const { figure, poses, bodies } = await stageOf('maze2d-large-v1', [
    [1, 1],
    [7, 10],
  ]);
  const { follows, direction, middle } = frameEpisode(figure, poses, bodies);
  expect(follows).toBe(false);
  expect(direction.z).toBeGreaterThan(0.8);
  // 9 × 12 cells, the first one centred at (1, 1).
  expect(middle.distanceTo(new Vector3(5, 6.5, middle.z))).toBeLessThan(0.1);
});

it('looks from above at an arm that moves in a plane', async () => {
  const turned = (angle: number) => [angle, angle, 0.1, 0.1];
  const { figure, poses, bodies } = await stageOf('reacher-v4', [turned(0), turned(1), turned(2)]);
  expect(frameEpisode(figure, poses, bodies).direction.z).toBeGreaterThan(0.8);
});

it('looks at cart and pole from the side, with the whole rail', async () => {
  const stage = await openStage('cartpole-v1');
  const observations = [
    [-0.5, 0, -0.1, 0],
    [1, 0, 0.2, 0],
    [2, 0, 0.3, 0], // what follows the last action is not shown
  ];
  const poses = stage.poses({ observations: observations.flat() }, 2);
  expect([...poses].filter((_, i) => i % 7 === 0)).toEqual([0, -0.5, -0.5, 0, 1, 1]);
  const figure = createFigure(stage.scene!);
  const { follows, direction, radius } = frameEpisode(figure, poses, 3);
  expect(follows).toBe(false);
  expect(direction.y).toBeLessThan(-0.8);
  // The rail is 4.8 m long.
  expect(radius).toBeGreaterThan(2.4);
  expect(radius).toBeLessThan(3);
});

it('has the eye so far away that a ball fits, into wide pictures and into high ones', () => {
  const half = (FIELD_OF_VIEW * Math.PI) / 360;
  expect(distanceFor(1, 2)).toBeCloseTo(1 / Math.sin(half), 12);
  expect(distanceFor(1, 0.5)).toBeCloseTo(1 / Math.sin(Math.atan(Math.tan(half) / 2)), 12);
});

it('puts shapes where MuJoCo has its geoms', async () => {
  // Upright, the torso of Gym's hopper is centred at 1.25 m, thigh at 0.825, leg at 0.35; the foot lies 0.065 ahead, at 0.1.
  const { figure, poses } = await stageOf('hopper-v4', [[0.5, 1.25, 0, 0, 0, 0]]);
  figure.place(poses);
  const centres = figure.moving.map((mesh) =>
    new Vector3().setFromMatrixPosition(mesh.matrixWorld).toArray(),
  );
  expect(centres.map((centre) => centre.map((value) => Number(value.toFixed(6))))).toEqual([
    [0.5, 0, 1.25],
    [0.5, 0, 0.825],
    [0.5, 0, 0.35],
    [0.565, 0, 0.1],
  ]);
  // A capsule stands along its own z: it is as high as it is long.
  const [torso] = figure.moving;
  torso!.geometry.computeBoundingBox();
  expect(torso!.geometry.boundingBox!.getSize(new Vector3()).z).toBeCloseTo(0.5, 6);
});
