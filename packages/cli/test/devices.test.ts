import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceNames } from '@lamo/runtime';
import { afterAll, expect, it, vi } from 'vitest';
import { expectRefusal, lamo, lamoSucceeds, stopAll } from './lamo';
import { NO_LIBRARY, startIndex } from './package-index';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-devices-'));
afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

/** A library whose only function ends the process, as a broken driver may; undefined where there is no compiler. */
function crashingPlugin(): string | undefined {
  const [source, library] = [join(folder, 'crash.c'), join(folder, 'crash_plugin.so')];
  writeFileSync(source, '#include <stdlib.h>\nvoid *GetPjrtApi(void) { abort(); }\n');
  return spawnSync('cc', ['-shared', '-fPIC', '-o', library, source]).status === 0 ? library : undefined;
}

it('lists every device, also where a plug-in ends its process', async (context) => {
  const library = crashingPlugin();
  if (library === undefined) return context.skip('there is no C compiler');
  const env = { LAMO_PJRT_PLUGIN: library };
  const { stdout, stderr } = await lamoSucceeds(['devices', '--json', '--quiet'], folder, env);
  expect(stderr).toBe('');
  const listed: { name: string; usable: boolean; error: object | null }[] = JSON.parse(stdout);
  expect(listed.map(({ name }) => name)).toEqual(Object.keys(deviceNames));
  const byName = new Map(listed.map((device) => [device.name, device]));
  expect(byName.get('cpu')).toMatchObject({ usable: true, engine: 'onnxruntime', error: null });
  expect(byName.get('xla')).toMatchObject({
    usable: false,
    engine: null,
    error: { code: 'device-crashed', problem: expect.stringContaining('SIGABRT') },
  });
});

it('installs nothing without consent, says how much it would be, and that what came is no plug-in', async () => {
  const files = { 'xla_cpu_pjrt/xla_cpu_pjrt.so': NO_LIBRARY };
  const index = await startIndex([{ name: 'xla-cpu-pjrt', version: '0.0.1', files }]);
  const cache = join(folder, 'cache');
  const install = ['devices', 'install', 'cpu', '--index', index.address];
  try {
    const refused = await lamo(install, folder, { XDG_CACHE_HOME: cache });
    expectRefusal(refused, '1 wheel with the plug-in for the processor: 0.1 MB to fetch', 'Add --yes');
    expect(readdirSync(folder)).not.toContain('cache');
    const { stdout, stderr } = await lamoSucceeds([...install, '--yes'], folder, { XDG_CACHE_HOME: cache });
    expect(stdout).toContain('cpu-0.0.1 is installed');
    expect(stderr).toContain('cannot be loaded as a PJRT plug-in');
    const again = await lamoSucceeds([...install, '--yes', '--json'], folder, { XDG_CACHE_HOME: cache });
    expect(JSON.parse(again.stdout)).toMatchObject({ name: 'cpu-0.0.1', usable: false });
    expect(index.served.filter(({ url }) => url.endsWith('.whl'))).toHaveLength(1);
  } finally {
    await index.close();
  }
});
