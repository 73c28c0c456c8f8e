import {
  Color,
  type Matrix4,
  type Mesh,
  type MeshStandardMaterial,
  SRGBColorSpace,
  Vector3,
  Vector4,
} from 'three';
import { TOWARDS_SUN } from './framing';

/** Pixels that are being drawn on: colours, and how near each is. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], 0 to 255 */
  readonly colours: Float32Array;
  /** [height, width] one over the distance from the eye; 0 where nothing is */
  readonly nearness: Float32Array;
}

/** How triangles come onto a canvas. */
export interface Drawing {
  readonly canvas: Canvas;
  /** From the world to the picture. */
  readonly projection: Matrix4;
  /** Changes corners in the world: shadows lie flat. @default they stay */
  readonly bend?: (corner: Vector3) => void;
  /** Colours a pixel. @param at its index @param light how bright the surface is there, of which the colour is given */
  paint(at: number, nearness: number, light: number, surface: Surface): void;
}

/** What a triangle is made of: a colour, 0 to 255 each, and how little can be seen through it. */
export interface Surface {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly opacity: number;
}

/** How bright a surface is that the sun does not reach, and how much brighter one that faces it. */
const AMBIENT = 0.58;
const DIRECT = 0.45;

/** Makes a canvas of one colour. */
export function createCanvas(width: number, height: number, sky: Color): Canvas {
  const { r, g, b } = bytesOf(sky);
  const colours = new Float32Array(3 * width * height);
  for (let at = 0; at < colours.length; at += 3) colours.set([r, g, b], at);
  return { width, height, colours, nearness: new Float32Array(width * height) };
}

/** A colour as it is shown, 0 to 255 each, instead of as light adds up. */
export function bytesOf(colour: Color): { r: number; g: number; b: number } {
  const { r, g, b } = colour.getRGB({ r: 0, g: 0, b: 0 }, SRGBColorSpace);
  return { r: 255 * r, g: 255 * g, b: 255 * b };
}

interface Corner {
  /** In pixels. */
  readonly x: number;
  readonly y: number;
  readonly nearness: number;
  readonly light: number;
}

/** Draws the triangles of a mesh as they stand in the world, nearer ones before others. */
export function drawMesh(drawing: Drawing, mesh: Mesh): void {
  const { geometry } = mesh;
  const material = mesh.material as MeshStandardMaterial;
  const { index } = geometry;
  const shades = material.vertexColors ? geometry.getAttribute('color') : undefined;
  const { opacity } = material;
  const plain = { ...bytesOf(material.color), opacity };
  const corners = projectCorners(drawing, mesh);
  const count = index?.count ?? corners.length;
  const shade = new Color();
  for (let first = 0; first < count; first += 3) {
    const [a, b, c] = [0, 1, 2].map((i) => index?.getX(first + i) ?? first + i) as [number, number, number];
    const triangle = [corners[a], corners[b], corners[c]] as const;
    if (triangle.some((corner) => corner === undefined)) continue;
    const surface =
      shades === undefined ? plain : { ...bytesOf(shade.fromBufferAttribute(shades, a)), opacity };
    fillTriangle(drawing, triangle as readonly [Corner, Corner, Corner], surface);
  }
}

/** Undefined for corners behind the eye: their triangles are left out. */
function projectCorners({ canvas, projection, bend }: Drawing, mesh: Mesh): (Corner | undefined)[] {
  const { width, height } = canvas;
  const positions = mesh.geometry.getAttribute('position');
  const normals = mesh.geometry.getAttribute('normal');
  const world = new Vector3();
  const normal = new Vector3();
  const seen = new Vector4();
  return Array.from({ length: positions.count }, (_, i) => {
    world.fromBufferAttribute(positions, i).applyMatrix4(mesh.matrixWorld);
    normal.fromBufferAttribute(normals, i).transformDirection(mesh.matrixWorld);
    bend?.(world);
    seen.set(world.x, world.y, world.z, 1).applyMatrix4(projection);
    if (seen.w <= 1e-3) return undefined;
    return {
      x: ((seen.x / seen.w + 1) / 2) * width,
      y: ((1 - seen.y / seen.w) / 2) * height,
      nearness: 1 / seen.w,
      light: Math.min(1, AMBIENT + DIRECT * Math.max(0, normal.dot(TOWARDS_SUN))),
    };
  });
}

/** Fills a triangle; what is between its corners changes evenly over the picture, as one over the distance does. */
function fillTriangle(
  { canvas: { width, height }, paint }: Drawing,
  [a, b, c]: readonly [Corner, Corner, Corner],
  surface: Surface,
): void {
  const area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (Math.abs(area) < 1e-9) return;
  const left = Math.max(0, Math.ceil(Math.min(a.x, b.x, c.x) - 0.5));
  const right = Math.min(width - 1, Math.floor(Math.max(a.x, b.x, c.x) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(a.y, b.y, c.y) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(a.y, b.y, c.y) - 0.5));
  for (let row = top; row <= bottom; row++) {
    const y = row + 0.5;
    for (let column = left; column <= right; column++) {
      const x = column + 0.5;
      const ofB = ((x - a.x) * (c.y - a.y) - (y - a.y) * (c.x - a.x)) / area;
      const ofC = ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / area;
      const ofA = 1 - ofB - ofC;
      if (ofA < 0 || ofB < 0 || ofC < 0) continue;
      const nearness = ofA * a.nearness + ofB * b.nearness + ofC * c.nearness;
      const light = ofA * a.light + ofB * b.light + ofC * c.light;
      paint(row * width + column, nearness, light, surface);
    }
  }
}
