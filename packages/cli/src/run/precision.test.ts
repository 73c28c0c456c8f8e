import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pluginPath } from '../../../../test/fixtures';
import { smallRuns } from '../../test/small-runs';
import type { ChosenDevice } from './choose-device';
import { readManifest } from './read-manifest';
import { resumeRun } from './resume-run';
import { runFolder } from './run-folder';
import { startRun } from './start-run';

const planned = await smallRuns();
const plan = (out: string, device: ChosenDevice) => planned(out, { device });

it('a device without a choice refuses a precision before the folder is touched', async () => {
  const run = plan('refused', { name: 'cpu', precision: 'tf32' });
  await expect(startRun(run)).rejects.toMatchObject({
    code: 'no-precision',
    message: expect.stringContaining('The device cpu has no choice of `precision`'),
  });
  expect(existsSync(run.out)).toBe(false);
});

it('a device without a choice has none in its manifest', async () => {
  const run = plan('plain', { name: 'cpu' });
  await startRun(run);
  expect(Object.keys(readManifest(runFolder(run.out).manifest).device)).not.toContain('precision');
});

const plugin = pluginPath();
describe.skipIf(plugin === undefined)('on XLA', () => {
  const device = { name: `xla:${plugin}` } as const;

  it('the fast precision of a processor is that of whole float32', async () => {
    const run = plan('fast', device);
    await startRun(run);
    expect(readManifest(runFolder(run.out).manifest).device).toMatchObject({ precision: 'float32' });
  });

  it('the precision is recorded, and kept when the run is continued', async () => {
    const run = plan('coarse', { ...device, precision: 'bf16' });
    await startRun(run);
    await resumeRun(run.out, { steps: 6 });
    const { device: recorded, sessions } = readManifest(runFolder(run.out).manifest);
    expect(recorded).toMatchObject({ precision: 'bf16', description: expect.stringContaining('bf16') });
    expect(sessions).toHaveLength(2);
  });

  it('another precision that is asked for when a run is continued is that of what follows', async () => {
    const run = plan('coarse', device);
    await resumeRun(run.out, { steps: 8, precision: 'float32' });
    const { device: recorded, sessions } = readManifest(runFolder(run.out).manifest);
    expect(recorded).toMatchObject({ precision: 'bf16' });
    expect(sessions.map((session) => session.device?.precision)).toEqual([undefined, 'bf16', 'float32']);
  });

  it('a run continues on another device, and says so', async () => {
    const run = plan('moved', device);
    await startRun(run);
    const warnings: string[] = [];
    await resumeRun(run.out, { steps: 6, device: 'cpu' }, { onWarning: ({ code }) => warnings.push(code) });
    expect(warnings).toEqual(['other-device']);
    const { sessions } = readManifest(runFolder(run.out).manifest);
    expect(sessions.at(-1)!.device).toMatchObject({ name: 'cpu' });
  });
});
