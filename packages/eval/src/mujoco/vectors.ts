/** A point or a vector in space, metres. */
export type Vector = readonly [x: number, y: number, z: number];

export function add(v: Vector, w: Vector): Vector {
  return [v[0] + w[0], v[1] + w[1], v[2] + w[2]];
}

export function subtract(v: Vector, w: Vector): Vector {
  return [v[0] - w[0], v[1] - w[1], v[2] - w[2]];
}

export function scale(factor: number, v: Vector): Vector {
  return [factor * v[0], factor * v[1], factor * v[2]];
}

/** Computes a v + b w. */
export function combine(a: number, v: Vector, b: number, w: Vector): Vector {
  return add(scale(a, v), scale(b, w));
}

export function dot(v: Vector, w: Vector): number {
  return v[0] * w[0] + v[1] * w[1] + v[2] * w[2];
}

export function cross(v: Vector, w: Vector): Vector {
  return [v[1] * w[2] - v[2] * w[1], v[2] * w[0] - v[0] * w[2], v[0] * w[1] - v[1] * w[0]];
}

export function length(v: Vector): number {
  return Math.hypot(...v);
}

/** Scales a vector to a length of 1. */
export function unit(v: Vector): Vector {
  return scale(1 / length(v), v);
}

/** Shortens a vector that is longer than `most`. */
export function limit(v: Vector, most: number): Vector {
  const size = length(v);
  return size > most ? scale(most / size, v) : v;
}

/** Turns a vector by a rotation vector: about its direction, by as many radians as it is long. */
export function turnBy(v: Vector, rotation: Vector): Vector {
  const angle = length(rotation);
  if (angle < 1e-9) return v;
  const axis = unit(rotation);
  const along = scale(dot(axis, v), axis);
  return add(along, combine(Math.cos(angle), subtract(v, along), Math.sin(angle), cross(axis, v)));
}
