import {
  Color,
  DirectionalLight,
  Fog,
  HemisphereLight,
  type MeshStandardMaterial,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  type Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { createFigure, type Figure, POSE_SIZE } from '../figure';
import {
  distanceFor,
  FIELD_OF_VIEW,
  type Framing,
  frameEpisode,
  HAZE,
  middleOf,
  TOWARDS_SUN,
} from '../framing';
import type { StageData } from '../view-data';

/** Where episodes are seen. */
export interface Viewport {
  /** Sets up an episode. @param poses [rows, bodies, 7] */
  open(stage: StageData, poses: Float32Array): void;
  /** Shows a moment, between two rows if it is not whole. */
  show(row: number): void;
  /** Whether the eye goes along with what moves. */
  follow(follows: boolean): void;
  /** Looks from where it looked first. */
  lookFromStart(): void;
  /** Whether the eye goes along by itself. */
  readonly follows: boolean;
}

/** What is played. */
interface Play {
  readonly figure: Figure;
  readonly poses: Float32Array;
  readonly width: number;
  readonly framing: Framing;
}

/** What draws. */
interface Studio {
  readonly world: Scene;
  readonly sun: DirectionalLight;
  readonly camera: PerspectiveCamera;
  readonly controls: OrbitControls;
  draw(): void;
}

const DARK = '(prefers-color-scheme: dark)';

/** Opens a viewport on a canvas. @throws Error if the browser has no WebGL */
export function openViewport(canvas: HTMLCanvasElement): Viewport {
  const studio = createStudio(canvas);
  let play: Play | undefined;
  let follows = false;
  matchMedia(DARK).addEventListener('change', () => paint(studio, play));
  return {
    get follows() {
      return follows;
    },
    open(stage, poses) {
      if (play !== undefined) studio.world.remove(play.figure.root);
      play = createPlay(stage, poses);
      follows = play?.framing.follows ?? false;
      if (play !== undefined) {
        studio.world.add(play.figure.root);
        goAlong(studio, play, follows);
        lookFromStart(studio, play);
      }
      paint(studio, play);
    },
    show(row) {
      if (play === undefined) return;
      play.figure.place(momentAt(play, row));
      goAlong(studio, play, follows);
      studio.draw();
    },
    follow(wanted) {
      follows = wanted;
      if (play !== undefined) goAlong(studio, play, follows);
      studio.draw();
    },
    lookFromStart() {
      if (play !== undefined) lookFromStart(studio, play);
      studio.draw();
    },
  };
}

function createStudio(canvas: HTMLCanvasElement): Studio {
  const renderer = new WebGLRenderer({ canvas, antialias: true });
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = PCFShadowMap;
  const world = new Scene();
  const sun = createSun();
  world.add(new HemisphereLight('#ffffff', '#8c96a0', 2), sun, sun.target);
  const camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.01, 500);
  camera.up.set(0, 0, 1);
  const controls = new OrbitControls(camera, canvas);

  function draw(): void {
    const { clientWidth, clientHeight } = canvas;
    renderer.setPixelRatio(window.devicePixelRatio);
    renderer.setSize(clientWidth, clientHeight, false);
    camera.aspect = clientWidth / Math.max(1, clientHeight);
    camera.updateProjectionMatrix();
    renderer.render(world, camera);
  }

  controls.addEventListener('change', draw);
  new ResizeObserver(draw).observe(canvas);
  return { world, sun, camera, controls, draw };
}

function createPlay({ scene }: StageData, poses: Float32Array): Play | undefined {
  if (scene === null || poses.length === 0) return undefined;
  const figure = createFigure(scene);
  const framing = frameEpisode(figure, poses, scene.bodies);
  const width = POSE_SIZE * scene.bodies;
  figure.place(poses.subarray(0, width));
  return { figure, poses, width, framing };
}

/** Gives sky, haze and floors the colours of the page. */
function paint({ world, draw }: Studio, play: Play | undefined): void {
  const isDark = matchMedia(DARK).matches;
  const sky = new Color(isDark ? '#1b2026' : '#f4f6f8');
  world.background = sky;
  const { radius, follows } = play?.framing ?? { radius: 1, follows: false };
  world.fog = follows ? new Fog(sky, HAZE.near * radius, HAZE.far * radius) : null;
  for (const floor of play?.figure.floors ?? []) {
    (floor.material as MeshStandardMaterial).color.set(isDark ? '#59636d' : '#ffffff');
  }
  draw();
}

/** Moves eye and light to where what moves is now. */
function goAlong({ camera, controls, sun }: Studio, { figure, framing }: Play, follows: boolean): void {
  const middle = follows ? middleOf(figure) : framing.middle;
  if (follows) {
    const way = middle.clone().sub(controls.target);
    controls.target.add(way);
    camera.position.add(way);
    controls.update();
  }
  aim(sun, middle, framing.radius);
}

function lookFromStart({ camera, controls }: Studio, { figure, framing }: Play): void {
  controls.target.copy(framing.follows ? middleOf(figure) : framing.middle);
  camera.position
    .copy(framing.direction)
    .multiplyScalar(distanceFor(framing.radius, camera.aspect))
    .add(controls.target);
  controls.update();
}

function createSun(): DirectionalLight {
  const sun = new DirectionalLight('#ffffff', 2.2);
  sun.castShadow = true;
  sun.shadow.mapSize.set(2048, 2048);
  sun.shadow.normalBias = 0.01;
  return sun;
}

function aim(sun: DirectionalLight, middle: Vector3, radius: number): void {
  sun.target.position.copy(middle);
  sun.position
    .copy(TOWARDS_SUN)
    .multiplyScalar(6 * radius)
    .add(middle);
  const { camera } = sun.shadow;
  const reach = 2 * radius;
  Object.assign(camera, {
    left: -reach,
    right: reach,
    top: reach,
    bottom: -reach,
    near: 0.01,
    far: 14 * radius,
  });
  camera.updateProjectionMatrix();
}

/** Poses between two rows. Of two quaternions for one turn, it takes the nearer. */
function momentAt({ poses, width }: Play, row: number): Float32Array {
  const before = Math.floor(row);
  const share = row - before;
  const from = poses.subarray(before * width, (before + 1) * width);
  const to = poses.subarray((before + 1) * width, (before + 2) * width);
  if (share === 0 || to.length === 0) return from;
  const moment = new Float32Array(width);
  for (let at = 0; at < width; at += POSE_SIZE) {
    let likeness = 0;
    for (let i = 3; i < POSE_SIZE; i++) likeness += from[at + i]! * to[at + i]!;
    for (let i = 0; i < POSE_SIZE; i++) {
      const sign = i >= 3 && likeness < 0 ? -1 : 1;
      moment[at + i] = (1 - share) * from[at + i]! + share * sign * to[at + i]!;
    }
  }
  return moment;
}
