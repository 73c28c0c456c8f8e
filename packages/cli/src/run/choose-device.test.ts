import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { smallRuns } from '../../test/small-runs';
import { readManifest } from './read-manifest';
import { resumeRun } from './resume-run';
import { startRun } from './start-run';

const plan = await smallRuns();

it('a run goes on where it is told to, then stays there, and its manifest and a warning say so', async () => {
  const { path, manifest } = await startRun(plan('moved'));
  const warnings: string[] = [];
  const observer = { onWarning: ({ message }: { message: string }) => warnings.push(message) };
  await resumeRun(path, { steps: 6, device: 'tfjs-cpu' }, observer);
  await resumeRun(path, { steps: 8 }, observer);
  expect(warnings).toEqual([
    expect.stringMatching(/continues on tfjs .*, until now it was on onnxruntime .*equal but for rounding$/),
  ]);
  const { device, sessions } = readManifest(manifest);
  expect([device, ...sessions.map((session) => session.device)].map((where) => where?.name)).toEqual([
    'cpu',
    undefined,
    'tfjs-cpu',
    'tfjs-cpu',
  ]);
});

it('a run whose device cannot be opened here says so, and how to continue', async () => {
  const { path, manifest } = await startRun(plan('on-xla'));
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('"name": "cpu"', '"name": "xla"'));
  vi.stubEnv('LAMO_PJRT_PLUGIN', '/nowhere/plugin.so');
  await expect(resumeRun(path, { steps: 6 })).rejects.toMatchObject({
    code: 'plugin-missing',
    problem: expect.stringMatching(/on-xla was trained on xla \(.*\), which cannot be opened here: /),
    hint: expect.stringMatching(/^Add --device cpu to continue it/),
  });
  await resumeRun(path, { steps: 6, device: 'cpu' });
  // Whoever names the device hears of it alone.
  await expect(resumeRun(path, { steps: 8, device: 'xla' })).rejects.toMatchObject({
    problem: expect.not.stringContaining('was trained on'),
  });
  vi.unstubAllEnvs();
});
