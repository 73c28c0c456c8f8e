import { Color, type Mesh, type MeshStandardMaterial, PerspectiveCamera, type Vector3 } from 'three';
import type { Figure } from './figure';
import { distanceFor, FIELD_OF_VIEW, type Framing, HAZE, middleOf, TOWARDS_SUN } from './framing';
import { bytesOf, type Canvas, createCanvas, type Drawing, drawMesh } from './rasterise';

/** A picture, as files of pictures take it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4] red, green, blue and opacity */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

const SKY = new Color('#f4f6f8');
/** Pixels are drawn this many times larger, each way, and then averaged: edges become smooth. */
const FINER = 2;
const SHADOW = 0.72;
/** A shadow lies in the floor: rounding must not hide it. */
const COPLANAR = 0.999;

/** Draws a figure as it stands, without a graphics card. */
export function drawMoment(
  figure: Figure,
  framing: Framing,
  size: { readonly width: number; readonly height: number },
): Picture {
  const canvas = createCanvas(FINER * size.width, FINER * size.height, SKY);
  const camera = createCamera(figure, framing, size.width / size.height);
  const projection = camera.projectionMatrix.clone().multiply(camera.matrixWorldInverse);
  const haze = framing.follows ? framing.radius : Infinity;
  const solid: Drawing = { canvas, projection, paint: painter(canvas, haze) };
  for (const floor of figure.floors) drawMesh(solid, floor);
  const shapes = [...figure.still, ...figure.moving];
  if (figure.floors.length > 0) {
    const shadow: Drawing = { canvas, projection, bend: layDown, paint: darkener(canvas) };
    for (const shape of shapes.filter((each) => !isClear(each))) drawMesh(shadow, shape);
  }
  for (const shape of [...shapes].sort((a, b) => Number(isClear(a)) - Number(isClear(b))))
    drawMesh(solid, shape);
  return shrink(canvas, size);
}

const isClear = ({ material }: Mesh) => (material as MeshStandardMaterial).transparent;

function createCamera(figure: Figure, framing: Framing, aspect: number): PerspectiveCamera {
  const camera = new PerspectiveCamera(FIELD_OF_VIEW, aspect, 0.01, 500);
  const middle = framing.follows ? middleOf(figure) : framing.middle;
  camera.up.set(0, 0, 1);
  camera.position.copy(framing.direction).multiplyScalar(distanceFor(framing.radius, aspect)).add(middle);
  camera.lookAt(middle);
  camera.updateMatrixWorld();
  return camera;
}

/** Paints what is nearest. Far away, everything takes on the colour of the sky. */
function painter({ colours, nearness }: Canvas, radius: number): Drawing['paint'] {
  const sky = bytesOf(SKY);
  return (at, near, light, { r, g, b, opacity }) => {
    if (near <= nearness[at]!) return;
    const far = Math.min(1, Math.max(0, (1 / near / radius - HAZE.near) / (HAZE.far - HAZE.near)));
    const own = opacity * (1 - far) * light;
    const air = opacity * far;
    const behind = 1 - opacity;
    colours[3 * at] = own * r + air * sky.r + behind * colours[3 * at]!;
    colours[3 * at + 1] = own * g + air * sky.g + behind * colours[3 * at + 1]!;
    colours[3 * at + 2] = own * b + air * sky.b + behind * colours[3 * at + 2]!;
    if (opacity === 1) nearness[at] = near;
  };
}

/** Darkens a pixel once, however many triangles keep the sun from it. */
function darkener({ colours, nearness }: Canvas): Drawing['paint'] {
  const done = new Uint8Array(nearness.length);
  return (at, near) => {
    if (done[at] === 1 || nearness[at] === 0 || near < COPLANAR * nearness[at]!) return;
    done[at] = 1;
    for (let channel = 0; channel < 3; channel++) colours[3 * at + channel]! *= SHADOW;
  };
}

/** Moves a corner along the light onto the ground. */
function layDown(corner: Vector3): void {
  corner.addScaledVector(TOWARDS_SUN, -Math.max(0, corner.z) / TOWARDS_SUN.z);
}

function shrink(
  { width, colours }: Canvas,
  size: { readonly width: number; readonly height: number },
): Picture {
  const data = new Uint8ClampedArray(4 * size.width * size.height).fill(255);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let i = 0; i < FINER * FINER; i++) {
          const at = (FINER * y + Math.floor(i / FINER)) * width + FINER * x + (i % FINER);
          sum += colours[3 * at + channel]!;
        }
        data[4 * (y * size.width + x) + channel] = sum / (FINER * FINER);
      }
    }
  }
  return { ...size, data };
}
