import type { Scene, SceneMesh, SceneShape } from '@lamo/eval';
import {
  Box3,
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  CapsuleGeometry,
  Color,
  CylinderGeometry,
  Group,
  Mesh,
  MeshStandardMaterial,
  type Object3D,
  SphereGeometry,
} from 'three';
import { createFloor } from './floor';

/** Numbers of a body's pose: x, y, z and a quaternion w, x, y, z. */
export const POSE_SIZE = 7;

/** A scene as objects of three.js, z upwards. */
export interface Figure {
  /** All of it. */
  readonly root: Group;
  /** Shapes of the world itself, without floors, which have no end. */
  readonly still: readonly Mesh[];
  /** Shapes of bodies that can move. */
  readonly moving: readonly Mesh[];
  /** Planes. */
  readonly floors: readonly Mesh[];
  /** Puts the bodies where they are at one moment. @param poses [bodies, 7]; quaternions need not have length 1 */
  place(poses: ArrayLike<number>): void;
}

/** For shapes whose model chooses no colour: the report's own, a body each. */
const COLOURS = ['#8d99a6', '#0072b2', '#e08a3c', '#d9b44a', '#009e73', '#b5528a', '#3a8fbf'];

/** Builds what is to be seen. */
export function createFigure(scene: Scene): Figure {
  const bodies = Array.from({ length: scene.bodies }, () => new Group());
  const root = new Group().add(...bodies);
  const still: Mesh[] = [];
  const moving: Mesh[] = [];
  const floors: Mesh[] = [];
  for (const shape of scene.shapes) {
    const object = createShape(shape, scene.meshes);
    if (object === undefined) continue;
    placeObject(object, [...shape.position, ...shape.rotation], 0);
    bodies[shape.body]!.add(object);
    const kind = shape.kind === 'plane' ? floors : shape.body === 0 ? still : moving;
    kind.push(object);
  }
  return {
    root,
    still,
    moving,
    floors,
    place(poses) {
      for (const [i, body] of bodies.entries()) placeObject(body, poses, POSE_SIZE * i);
      root.updateMatrixWorld();
    },
  };
}

/** Finds the box around some shapes, as they stand. */
export function boxAround(meshes: readonly Mesh[]): Box3 {
  const box = new Box3();
  for (const mesh of meshes) box.expandByObject(mesh);
  return box;
}

function placeObject(object: Object3D, pose: ArrayLike<number>, at: number): void {
  object.position.set(pose[at]!, pose[at + 1]!, pose[at + 2]!);
  object.quaternion.set(pose[at + 4]!, pose[at + 5]!, pose[at + 6]!, pose[at + 3]!).normalize();
}

function createShape(shape: SceneShape, meshes: readonly SceneMesh[]): Mesh | undefined {
  if (shape.kind === 'plane') return createFloor(shape);
  const geometry = createGeometry(shape, meshes);
  if (geometry === undefined) return undefined;
  const mesh = new Mesh(geometry, createMaterial(shape));
  mesh.castShadow = true;
  mesh.receiveShadow = true;
  return mesh;
}

function createGeometry(
  { kind, size: [a = 0, b = 0, c = 0], mesh }: SceneShape,
  meshes: readonly SceneMesh[],
): BufferGeometry | undefined {
  switch (kind) {
    case 'sphere':
      return new SphereGeometry(a, 32, 20);
    case 'ellipsoid':
      return new SphereGeometry(1, 32, 20).scale(a, b, c);
    // three.js has them along y, MuJoCo along z.
    case 'capsule':
      return new CapsuleGeometry(a, 2 * b, 10, 28).rotateX(Math.PI / 2);
    case 'cylinder':
      return new CylinderGeometry(a, a, 2 * b, 48).rotateX(Math.PI / 2);
    case 'box':
      return new BoxGeometry(2 * a, 2 * b, 2 * c);
    case 'mesh':
      return meshGeometry(meshes[mesh!]!);
    default:
      return undefined;
  }
}

function meshGeometry({ vertices, faces }: SceneMesh): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from(vertices), 3));
  geometry.setIndex([...faces]);
  // Corners of its own for every triangle: edges of scanned parts are sharp.
  const flat = geometry.toNonIndexed();
  flat.computeVertexNormals();
  return flat;
}

function createMaterial({ body, colour }: SceneShape): MeshStandardMaterial {
  const [red = 0, green = 0, blue = 0, opacity = 1] = colour ?? [];
  const chosen =
    colour === undefined
      ? new Color(COLOURS[body === 0 ? 0 : 1 + ((body - 1) % (COLOURS.length - 1))])
      : new Color().setRGB(red, green, blue, 'srgb');
  return new MeshStandardMaterial({ color: chosen, roughness: 0.75, transparent: opacity < 1, opacity });
}
