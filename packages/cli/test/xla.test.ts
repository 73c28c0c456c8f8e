import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pluginPath } from '../../../test/fixtures';
import { lamoSucceeds, startLamo, stopAll } from './lamo';

// Programs are compiled in every process.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const ENVIRONMENT = 'maze2d-umaze-dense-v1';
const plugin = pluginPath();
const folder = mkdtempSync(join(tmpdir(), 'lamo-xla-'));
const NETWORK = ['--hidden-size', '16', '--batch-size', '32'];
const inFolder = (...names: string[]) => join(folder, ...names);

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe.skipIf(plugin === undefined)('lamo on the device xla', () => {
  beforeAll(() => lamoSucceeds(['collect', ENVIRONMENT, '--rows', '2000', '--out', 'data.hdf5'], folder));

  const trainArgs = (algorithm: string, out: string, ...more: string[]) => [
    ...['train', algorithm, '--dataset', 'data.hdf5', '--steps', '60', '--device', 'xla', '--out', out],
    ...more,
  ];

  it('trains, and evaluates to the scores that the policy has on cpu', async () => {
    await lamoSucceeds(trainArgs('td3-bc', 'run', ...NETWORK), folder);
    const { device } = JSON.parse(readFileSync(inFolder('run', 'manifest.json'), 'utf8'));
    expect(device).toMatchObject({ name: 'xla', description: expect.stringMatching(/^XLA, /) });
    const returnsOn = async (name: string): Promise<number[]> => {
      const args = ['evaluate', 'run', '--environment', ENVIRONMENT, '--episodes', '3', '--device', name];
      const { stdout } = await lamoSucceeds([...args, '--json'], folder);
      return JSON.parse(stdout).evaluations.at(-1).returns;
    };
    const onXla = await returnsOn('xla');
    expect(onXla).toHaveLength(3);
    // Actions differ by roundings of float32, which 300 steps in a maze do not enlarge by much.
    expect(onXla).toBeAllClose(await returnsOn('cpu'), { relative: 1e-5 });
  });

  it('trains several seeds in one program, to the scores that each has alone', async () => {
    const small = [...NETWORK, '--environment', ENVIRONMENT, '--episodes', '2'];
    const { stderr } = await lamoSucceeds(trainArgs('td3-bc', 'seeds', '--seeds', '3', ...small), folder);
    expect(stderr.match(/^seed \d {2}finished$/gm)).toHaveLength(3);
    await lamoSucceeds(trainArgs('td3-bc', 'alone', '--seed', '2', ...small), folder);
    const run = readdirSync(inFolder('seeds')).find((name) => name.endsWith('-s2'))!;
    const { device } = JSON.parse(readFileSync(inFolder('seeds', run, 'manifest.json'), 'utf8'));
    expect(device.description).toMatch(/3 trainings in one program$/);
    const returnsOf = (...path: string[]): number[] => {
      const lines = readFileSync(inFolder(...path, 'evaluations.jsonl'), 'utf8')
        .trim()
        .split('\n');
      return lines.flatMap((line) => JSON.parse(line).returns);
    };
    // Weights differ by roundings of float32, which 300 steps in a maze do not enlarge by much.
    expect(returnsOf('seeds', run)).toBeAllClose(returnsOf('alone'), { relative: 1e-3 });
  });

  it('continues several seeds in one program, as exactly as before, where they were', async () => {
    const args = ['train', 'td3-bc', '--dataset', 'data.hdf5', '--seeds', '2', '--out', 'exact', ...NETWORK];
    await lamoSucceeds([...args, '--steps', '30', '--device', 'xla', '--precision', 'bf16'], folder);
    await lamoSucceeds([...args, '--steps', '60', '--resume'], folder);
    for (const run of readdirSync(inFolder('exact'))) {
      const { device, sessions } = JSON.parse(readFileSync(inFolder('exact', run, 'manifest.json'), 'utf8'));
      expect(device).toMatchObject({ precision: 'bf16' });
      expect(sessions.at(-1).device).toEqual(device);
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'ends at once at the second Ctrl-C, though it is compiling',
    async () => {
      const args = trainArgs('dt', 'stopped', '--layers', '8', '--width', '64');
      const { process: child, outcome } = startLamo(args, folder, undefined, { LAMO_XLA_CACHE: 'none' });
      const library = realpathSync(plugin!);
      while (!readFileSync(`/proc/${child.pid}/maps`, 'utf8').includes(library)) await setTimeout(10);
      // What it compiles takes several times as long.
      await setTimeout(2000);
      expect(existsSync(inFolder('stopped'))).toBe(false);
      const announced = new Promise<void>((resolve) => {
        child.stderr!.on('data', (text: string) => text.includes('Ctrl-C again') && resolve());
      });
      child.kill('SIGINT');
      await announced;
      const start = performance.now();
      child.kill('SIGINT');
      const { code } = await outcome;
      expect(child.signalCode).toBe('SIGINT');
      expect(code).toBeNull();
      expect(performance.now() - start).toBeLessThan(2000);
      expect(existsSync(inFolder('stopped'))).toBe(false);
    },
  );
});
