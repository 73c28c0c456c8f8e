import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mountSmallDisk } from '../../../test/small-disk';
import { expectRefusal, lamo, lamoSucceeds, startLamo, stopAll } from './lamo';
import { writeHdf5 } from './write-hdf5';

const folder = mkdtempSync(join(tmpdir(), 'lamo-unwritable-'));
const inFolder = (...names: string[]) => join(folder, ...names);

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ROWS = 40;
const columns = (width: number) => ({ shape: [ROWS, width], data: new Float32Array(ROWS * width).fill(0.5) });
const column = { shape: [ROWS], data: new Float32Array(ROWS) };

const train = (...args: string[]) => ['train', 'bc', '--steps', '5', '--hidden-size', '8', ...args];

beforeAll(async () => {
  await writeHdf5(inFolder('data.hdf5'), {
    ...{ observations: columns(4), actions: columns(2) },
    ...{ rewards: column, terminals: column, timeouts: column },
  });
  writeFileSync(inFolder('notes.hdf5'), 'observations,actions,rewards\n1,2,3\n');
  await lamoSucceeds(train('--dataset', 'data.hdf5', '--out', 'run'), folder);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

it('a full disk ends a run with one message, and the run continues once there is room', async (context) => {
  mkdirSync(inFolder('disk'));
  const unmount = mountSmallDisk(inFolder('disk'));
  if (unmount === undefined) return context.skip('mounting a small disk takes root on Linux');
  try {
    const args = ['train', 'bc', '--dataset', 'data.hdf5', '--steps', '5', '--hidden-size', '128'];
    await lamoSucceeds([...args, '--out', 'disk/run'], folder);
    const checkpoint = readFileSync(inFolder('disk', 'run', 'checkpoints', 'step-5.safetensors'));
    writeFileSync(inFolder('disk', 'filler'), Buffer.alloc(150_000));

    const resume = ['train', '--resume', 'disk/run', '--steps', '9'];
    expectRefusal(await lamo(resume, folder), /disk is full/);
    expect(
      readFileSync(inFolder('disk', 'run', 'checkpoints', 'step-5.safetensors')).equals(checkpoint),
    ).toBe(true);

    rmSync(inFolder('disk', 'filler'));
    await lamoSucceeds(resume, folder);
  } finally {
    unmount();
  }
});

describe('a place that cannot be written is noticed before the work', () => {
  const collect = (...args: string[]) => ['collect', 'maze2d-umaze-v1', '--rows', '100000000', ...args];

  it('when it is a pipe, which stays one', async () => {
    execFileSync('mkfifo', [inFolder('pipe')]);
    symlinkSync('pipe', inFolder('link-to-pipe'));
    for (const out of ['pipe', 'link-to-pipe']) {
      const parts = [/is not a regular file/, /received a named pipe/];
      expectRefusal(await lamo(collect('--out', out, '--force'), folder), ...parts);
      expectRefusal(await lamo(['report', 'run', '--out', out], folder), ...parts);
    }
    expect(lstatSync(inFolder('pipe')).isFIFO()).toBe(true);
    expect(lstatSync(inFolder('link-to-pipe')).isSymbolicLink()).toBe(true);
  });

  it('when it is below a file', async () => {
    const parts = [/cannot be written/, /a folder that is a file/];
    expectRefusal(await lamo(collect('--out', 'notes.hdf5/data.hdf5'), folder), ...parts);
    expectRefusal(await lamo(train('--dataset', 'data.hdf5', '--out', 'notes.hdf5/run'), folder), ...parts);
  });

  it('when the working folder was deleted', async () => {
    const program = fileURLToPath(new URL('./in-deleted-folder.ts', import.meta.url));
    for (const args of [collect('--out', 'a/b.hdf5'), ['make-folder', 'a/b']]) {
      mkdirSync(inFolder('gone'));
      const { code, stderr } = await startLamo([inFolder('gone'), ...args], folder, program).outcome;
      expect(stderr).toMatch(/The working folder no longer exists|a\/b cannot be written/);
      expect(code).toBe(1);
    }
  });
});
