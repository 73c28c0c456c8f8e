import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { decodeFrames } from 'modern-gif';
import { afterAll, expect, it } from 'vitest';
import { checkPictureFile } from './check-picture-file';
import { openStage } from './open-stage';
import { type DrawnEpisode, writeGif, writeStrip } from './write-pictures';

const folder = mkdtempSync(join(tmpdir(), 'lamo-pictures-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A cheetah that slides along: 40 steps of 0.05 s. */
async function sliding(): Promise<DrawnEpisode> {
  const rows = 40;
  const { scene, secondsPerStep, poses, dispose } = await openStage('halfcheetah-v4');
  const qpos = Array.from({ length: rows }, (_, row) => [0.2 * row, ...Array(8).fill(0)]).flat();
  const drawn = { scene: scene!, secondsPerStep, poses: poses({ qpos, observations: [] }, rows) };
  dispose();
  return drawn;
}

/** How many of the colours of a picture are not just shades of grey. */
function colourful(data: ArrayLike<number>): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) count += 1;
  }
  return count;
}

it('a strip shows six moments side by side, with the robot in each', async () => {
  const file = join(folder, 'strip.png');
  const written = writeStrip(await sliding(), file);
  expect(written).toEqual({ file, width: 1800, height: 300, frames: 6 });
  const { width, height, data } = decodePng(readFileSync(file));
  expect([width, height]).toEqual([1800, 300]);
  for (let i = 0; i < 6; i++) {
    const moment = Array.from({ length: 300 }, (_, y) =>
      Array.from(data.subarray(4 * (y * width + 300 * i), 4 * (y * width + 300 * (i + 1)))),
    ).flat();
    // Of 90,000 pixels: the robot fills some tenth of a picture that it fits into.
    expect(colourful(moment)).toBeGreaterThan(2000);
    expect(colourful(moment)).toBeLessThan(45_000);
  }
});

it('an animation takes as long as the episode did, and its frames differ', async () => {
  const file = join(folder, 'slide.gif');
  const told: number[] = [];
  const episode = await sliding();
  const short = { ...episode, poses: episode.poses.subarray(0, episode.poses.length / 4) };
  const written = await writeGif(short, file, (done) => told.push(done));
  expect(written).toEqual({ file, width: 480, height: 320, frames: 10 });
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const bytes = readFileSync(file);
  expect(bytes.subarray(0, 6).toString('latin1')).toBe('GIF89a');
  const frames = decodeFrames(new Uint8Array(bytes).buffer);
  expect(frames.map(({ delay }) => delay)).toEqual(Array(10).fill(50));
  // Of 153,600 pixels: what moves 2 m is shown from farther away.
  expect(colourful(frames[0]!.data)).toBeGreaterThan(1000);
  expect(Buffer.from(frames[9]!.data).equals(Buffer.from(frames[0]!.data))).toBe(false);
});

it('a picture replaces an earlier one of its kind, and no other file', () => {
  const file = join(folder, 'data.hdf5');
  writeFileSync(file, 'all that was logged');
  expect(() => checkPictureFile(file, 'png')).toThrow(
    /data\.hdf5 exists and is not a PNG.*Give --png another name/s,
  );
  writeFileSync(file, 'GIF89a and so on');
  checkPictureFile(file, 'gif');
  expect(() => checkPictureFile(file, 'png')).toThrow('is not a PNG');
  checkPictureFile(join(folder, 'none.png'), 'png');
});
