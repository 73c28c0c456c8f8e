import type { SceneShape } from '@lamo/eval';
import { BufferAttribute, BufferGeometry, Color, Mesh, MeshStandardMaterial } from 'three';

/** A floor without end ends this many metres from the middle, where haze hides it. */
const FARTHEST = 60;
const LIGHT = new Color('#e4e8ec');
const DARK = new Color('#d3d9df');

/** Builds a floor of square tiles of two shades, a metre wide, so that one sees how fast something moves over it. */
export function createFloor({ size: [width = 0, depth = 0] }: SceneShape): Mesh {
  const [x, y] = [width, depth].map((half) => Math.min(half || FARTHEST, FARTHEST)) as [number, number];
  const positions: number[] = [];
  const colours: number[] = [];
  for (let left = -x; left < x; left++) {
    for (let front = -y; front < y; front++) {
      const right = Math.min(left + 1, x);
      const back = Math.min(front + 1, y);
      const corners = [
        ...[left, front, 0, right, front, 0, right, back, 0],
        ...[left, front, 0, right, back, 0, left, back, 0],
      ];
      positions.push(...corners);
      const { r, g, b } = Math.abs(Math.floor(left) + Math.floor(front)) % 2 === 0 ? LIGHT : DARK;
      for (let corner = 0; corner < 6; corner++) colours.push(r, g, b);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from(positions), 3));
  geometry.setAttribute('color', new BufferAttribute(Float32Array.from(colours), 3));
  geometry.computeVertexNormals();
  const floor = new Mesh(geometry, new MeshStandardMaterial({ vertexColors: true, roughness: 1 }));
  floor.receiveShadow = true;
  return floor;
}
