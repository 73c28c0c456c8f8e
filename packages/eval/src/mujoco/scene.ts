import type { MjModel } from '@mujoco/mujoco';

/** MuJoCo's kinds of shapes, in its order. */
const KINDS = [
  'plane',
  'heightfield',
  'sphere',
  'capsule',
  'ellipsoid',
  'cylinder',
  'box',
  'mesh',
  'sdf',
] as const;

/** What a model looks like: shapes that are fixed to bodies. Plain data. */
export interface Scene {
  /** Number of bodies; body 0 is the world, which never moves. */
  readonly bodies: number;
  /** All that is to be seen. */
  readonly shapes: readonly SceneShape[];
  /** Surfaces that shapes refer to. */
  readonly meshes: readonly SceneMesh[];
}

/** A shape, in the frame of its body. Lengths are in metres. */
export interface SceneShape {
  /** What it is. Height fields and distance fields have no surface here. */
  readonly kind: (typeof KINDS)[number];
  /** Index of its body. */
  readonly body: number;
  /** [3] as in MJCF: radius, or radius and half the length, or three half lengths; 0 for a plane without end. */
  readonly size: readonly number[];
  /** [3] of its centre. */
  readonly position: readonly number[];
  /** [4] a unit quaternion: w, x, y, z. */
  readonly rotation: readonly number[];
  /** [4] red, green, blue and opacity, each from 0 to 1. @default none was chosen in the model */
  readonly colour?: readonly number[];
  /** Index of its surface, if it is a mesh. */
  readonly mesh?: number;
}

/** A surface of triangles. */
export interface SceneMesh {
  /** [vertices, 3] */
  readonly vertices: readonly number[];
  /** [triangles, 3] indices of vertices, counter-clockwise as seen from outside. */
  readonly faces: readonly number[];
}

/** MuJoCo's own viewers hide groups from this one on: what collides, where something else is shown. */
const FIRST_HIDDEN_GROUP = 3;

/**
 * Reads what a compiled model looks like: geoms and sites. Hidden groups are left out, except of bodies that have nothing else. Textures,
 * tendons, skins and flexible bodies are not read.
 */
export function readScene(model: MjModel): Scene {
  const geoms = readShapes(model, model.ngeom, 'geom');
  const sites = readShapes(model, model.nsite, 'site');
  const shown = new Set(geoms.filter(isInShownGroup).map(({ shape }) => shape.body));
  const seen = [
    ...geoms.filter((geom) => isInShownGroup(geom) || !shown.has(geom.shape.body)),
    ...sites.filter(isInShownGroup),
  ];
  const shapes = seen.map(({ shape }) => shape).filter(({ colour }) => colour?.[3] !== 0);
  return { bodies: model.nbody, shapes, meshes: readMeshes(model) };
}

interface Grouped {
  readonly group: number;
  readonly shape: SceneShape;
}

const isInShownGroup = ({ group }: Grouped) => group < FIRST_HIDDEN_GROUP;

function readShapes(model: MjModel, count: number, what: 'geom' | 'site'): Grouped[] {
  return Array.from({ length: count }, (_, i) => {
    const row = (field: string, width: number): number[] =>
      Array.from(model[`${what}_${field}` as keyof MjModel].subarray(i * width, (i + 1) * width));
    const [kind = 0] = row('type', 1);
    const [material = -1] = row('matid', 1);
    const [mesh = -1] = row('dataid', 1);
    const colour = colourOf(model, row('rgba', 4), material);
    return {
      group: row('group', 1)[0]!,
      shape: {
        kind: KINDS[kind]!,
        body: row('bodyid', 1)[0]!,
        size: row('size', 3),
        position: row('pos', 3),
        rotation: row('quat', 4),
        ...(colour === undefined ? {} : { colour }),
        ...(KINDS[kind] === 'mesh' ? { mesh } : {}),
      },
    };
  });
}

/** What MJCF gives to shapes that choose no colour. */
const NO_COLOUR = [0.5, 0.5, 0.5, 1];

/** As MuJoCo draws it: a colour of the shape's own goes before its material's. */
function colourOf(model: MjModel, own: readonly number[], material: number): readonly number[] | undefined {
  if (own.some((value, i) => value !== NO_COLOUR[i])) return own;
  return material < 0 ? undefined : Array.from(model.mat_rgba.subarray(4 * material, 4 * material + 4));
}

function readMeshes(model: MjModel): SceneMesh[] {
  return Array.from({ length: model.nmesh }, (_, i) => {
    const part = (values: ArrayLike<number>, first: number, count: number): number[] =>
      Array.from({ length: 3 * count }, (_, k) => values[3 * first + k]!);
    return {
      vertices: part(model.mesh_vert, model.mesh_vertadr[i], model.mesh_vertnum[i]),
      faces: part(model.mesh_face, model.mesh_faceadr[i], model.mesh_facenum[i]),
    };
  });
}
