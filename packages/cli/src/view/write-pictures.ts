import { dirname } from 'node:path';
import { makeFolder, writeFileAtomic } from '@lamo/core';
import type { Scene } from '@lamo/eval';
import { encode as encodePng } from 'fast-png';
import { encode as encodeGif } from 'modern-gif';
import { drawMoment, type Picture } from './draw-moment';
import { createFigure, POSE_SIZE } from './figure';
import { frameEpisode } from './framing';

/** An episode to be drawn. */
export interface DrawnEpisode {
  readonly scene: Scene;
  readonly secondsPerStep: number;
  /** [rows, bodies, 7] */
  readonly poses: Float32Array;
}

/** What is known of a picture that was written. */
export interface WrittenPicture {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** Moments of the episode in it. */
  readonly frames: number;
}

const GIF = { width: 480, height: 320 };
/** Limits of an animation: seconds per frame at least, and frames at most. Longer episodes skip steps. */
const SECONDS_PER_FRAME = 0.05;
const MOST_FRAMES = 300;
const COLOURS = 128;

const STRIP = { width: 300, height: 300 };
const MOMENTS = 6;

/**
 * Writes an episode as an animated GIF, as fast as it was.
 *
 * @param onFrame called after each frame with how many are drawn
 * @throws LamoError `disk-full`, `not-writable`
 */
export async function writeGif(
  episode: DrawnEpisode,
  file: string,
  onFrame: (done: number, frames: number) => void,
): Promise<WrittenPicture> {
  const rows = rowsOf(episode);
  const least = Math.max(1, Math.round(SECONDS_PER_FRAME / episode.secondsPerStep));
  const stride = Math.max(least, Math.ceil(rows / MOST_FRAMES));
  const moments = Array.from({ length: Math.ceil(rows / stride) }, (_, i) => i * stride);
  const draw = createDrawer(episode, GIF);
  const delay = Math.max(20, Math.round(1000 * stride * episode.secondsPerStep));
  const frames = moments.map((row, i) => {
    const { data } = draw(row);
    onFrame(i + 1, moments.length);
    return { data, delay };
  });
  const bytes = await encodeGif({ ...GIF, frames, maxColors: COLOURS, format: 'arrayBuffer' });
  write(file, new Uint8Array(bytes));
  return { file, ...GIF, frames: frames.length };
}

/** Writes moments of an episode side by side as PNG. @throws LamoError `disk-full`, `not-writable` */
export function writeStrip(episode: DrawnEpisode, file: string): WrittenPicture {
  const rows = rowsOf(episode);
  const frames = Math.min(MOMENTS, rows);
  const draw = createDrawer(episode, STRIP);
  const pictures = Array.from({ length: frames }, (_, i) =>
    draw(Math.round((i * (rows - 1)) / Math.max(1, frames - 1))),
  );
  const { width, height, data } = sideBySide(pictures);
  write(file, encodePng({ width, height, data, channels: 4 }));
  return { file, width, height, frames };
}

function rowsOf({ scene, poses }: DrawnEpisode): number {
  return poses.length / (POSE_SIZE * scene.bodies);
}

function createDrawer(
  { scene, poses }: DrawnEpisode,
  size: { readonly width: number; readonly height: number },
): (row: number) => Picture {
  const figure = createFigure(scene);
  const framing = frameEpisode(figure, poses, scene.bodies);
  const width = POSE_SIZE * scene.bodies;
  return (row) => {
    figure.place(poses.subarray(row * width, (row + 1) * width));
    return drawMoment(figure, framing, size);
  };
}

function sideBySide(pictures: readonly Picture[]): Picture {
  const { width, height } = pictures[0]!;
  const whole = pictures.length * width;
  const data = new Uint8ClampedArray(4 * whole * height);
  for (const [i, picture] of pictures.entries()) {
    for (let y = 0; y < height; y++) {
      data.set(picture.data.subarray(4 * y * width, 4 * (y + 1) * width), 4 * (y * whole + i * width));
    }
  }
  return { width: whole, height, data };
}

function write(file: string, bytes: Uint8Array): void {
  makeFolder(dirname(file));
  writeFileAtomic(file, bytes);
}
