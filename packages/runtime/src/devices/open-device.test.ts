import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pluginPath } from '../../../../test/fixtures';
import { openDevice } from './open-device';

const plugin = pluginPath();
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lamo-home-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const refusal = (code: string, text: string) => ({ code, message: expect.stringContaining(text) });

/** A machine without a plug-in. */
function withoutPlugin(): void {
  for (const [name, value] of Object.entries({ HOME: home, PATH: home, XDG_CACHE_HOME: home })) {
    vi.stubEnv(name, value);
  }
  for (const name of ['LAMO_PJRT_PLUGIN', 'VIRTUAL_ENV', 'CONDA_PREFIX']) vi.stubEnv(name, undefined);
}

describe('a device that is not there', () => {
  it.each([
    ['xla', 'lamo devices install cuda` (or `cpu`)'],
    ['xla:cuda', 'lamo devices install cuda`'],
    ['xla:cpu', 'lamo devices install cpu`'],
  ] as const)('%s says how to get a plug-in', async (name, text) => {
    withoutPlugin();
    await expect(openDevice(name)).rejects.toMatchObject(refusal('device-unavailable', text));
  });

  it.each(['tpu', 'xla:'])('%j is not a name', async (name) => {
    const open = openDevice(name as 'cpu');
    await expect(open).rejects.toMatchObject(refusal('unknown-device', 'or xla:PATH'));
  });

  it('names the plug-in that does not exist', async () => {
    const open = openDevice('xla:/nowhere/pjrt.so');
    await expect(open).rejects.toMatchObject(refusal('plugin-missing', '/nowhere/pjrt.so'));
  });
});

it.each(['cpu', 'tfjs-cpu'] as const)('the device %s has no choice of precision', async (name) => {
  const open = openDevice(name, { precision: 'bf16' });
  await expect(open).rejects.toMatchObject(refusal('no-precision', `The device ${name} has no choice`));
  expect((await openDevice(name, { precision: 'fast' })).precision).toBeUndefined();
});

it.each(['cpu', 'tfjs-cpu'] as const)('the device %s says what it is made of', async (name) => {
  const { engine, version, hardware, memory } = (await openDevice(name)).facts();
  expect(`${engine} ${version}`).toMatch(/^(onnxruntime|tfjs) \d+\.\d+\.\d+$/);
  expect(hardware).toMatch(/^\d+ × /);
  expect(memory!.free).toBeLessThan(memory!.total);
});

describe.skipIf(plugin === undefined)('a plug-in for the processor', () => {
  it('opens by the name of the processor, not by that of a GPU', async () => {
    withoutPlugin();
    vi.stubEnv('LAMO_PJRT_PLUGIN', plugin);
    expect(await openDevice('xla:cpu')).toMatchObject({ name: 'xla:cpu', precision: 'float32' });
    await expect(openDevice('xla:cuda')).rejects.toMatchObject(
      refusal('device-unavailable', "another device's"),
    );
  });

  it('opens by its path, which is kept whole', async () => {
    const device = await openDevice(`xla:${relative(process.cwd(), plugin!)}`, { precision: 'fast' });
    expect(device).toMatchObject({ name: `xla:${plugin}`, precision: 'float32' });
    expect(device.exact).toBe(device);
  });

  it('has an exact twin where another precision was asked for', async () => {
    const device = await openDevice('xla', { plugin: plugin!, precision: 'bf16' });
    expect(device.precision).toBe('bf16');
    expect(device.exact).toMatchObject({ name: 'xla', precision: 'float32' });
  });

  it('says what it is made of', async () => {
    const { engine, version, hardware } = (await openDevice('xla', { plugin: plugin! })).facts();
    expect([engine, version]).toEqual(['XLA', expect.stringMatching(/^PJRT 0\.\d+$/)]);
    expect(hardware).toMatch(/^\d+ × /);
  });
});
