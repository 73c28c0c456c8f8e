import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openPjrt } from '../../src/pjrt/open-pjrt';
import { buildLibrary, buildPlugin, missingCompiler } from './build-plugin';

const folder = mkdtempSync(join(tmpdir(), 'lamo-pjrt-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs TypeScript in a process of its own, with the sources of our packages. */
const NODE = ['--conditions=@lamo/source', '--import', 'tsx', '--input-type=module'];
const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

it('says that there is no plug-in at a path', async () => {
  const missing = join(folder, 'missing.so');
  await expect(openPjrt(missing)).rejects.toMatchObject({
    code: 'plugin-missing',
    message: `[lamo/runtime/pjrt] There is no plug-in at this path. Expected the file of a PJRT plug-in, such as xla_cuda_plugin.so, received ${missing}.`,
  });
});

it('says that a file is not a library', async () => {
  const file = join(folder, 'text.so');
  writeFileSync(file, 'not a library');
  await expect(openPjrt(file)).rejects.toMatchObject({ code: 'plugin-unusable' });
  await expect(openPjrt(file)).rejects.toThrow(
    /text\.so cannot be loaded as a PJRT plug-in\. Expected a library for/,
  );
});

it('is not loaded, nor is koffi, by importing the package', () => {
  const program = `
    import { createRequire } from 'node:module';
    await import(${source('index.ts')});
    const loaded = process.report.getReport().sharedObjects.filter((path) => path.includes('koffi'));
    console.log(JSON.stringify(loaded));`;
  const printed = execFileSync(process.execPath, [...NODE, '--eval', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  expect(JSON.parse(String(printed))).toEqual([]);
});

describe.skipIf(missingCompiler)('a library', () => {
  it('of something else is refused', async () => {
    const library = buildLibrary('int answer(void) { return 42; }');
    await expect(openPjrt(library)).rejects.toMatchObject({ code: 'plugin-unusable' });
    await expect(openPjrt(library)).rejects.toThrow(/received Cannot find function 'GetPjrtApi'/);
  });

  it('that needs another library, which is missing, is refused with the name of that', async () => {
    const other = buildLibrary('int other(void) { return 1; }');
    const file = buildLibrary('int other(void); void *GetPjrtApi(void) { other(); return 0; }', other);
    rmSync(other);
    await expect(openPjrt(file)).rejects.toThrow(other);
  });

  it('without a table of functions is refused', async () => {
    const library = buildLibrary('void *GetPjrtApi(void) { return 0; }');
    await expect(openPjrt(library)).rejects.toThrow(/received GetPjrtApi returned null/);
  });

  it('that is too old is refused, with both versions and what to do', async () => {
    await expect(openPjrt(buildPlugin('-DMINOR=89'))).rejects.toThrow(
      /has a version of PJRT's interface that is not supported\. Expected 0\.90 or newer, below 1\.0, received 0\.89\. Install a newer plug-in/,
    );
  });

  it('of another major version is refused', async () => {
    await expect(openPjrt(buildPlugin('-DMAJOR=1', '-DMINOR=3'))).rejects.toThrow(
      /received 1\.3\. Update lamo/,
    );
  });

  it('that cannot be initialised says why, and can be tried again', async () => {
    const file = buildPlugin('-DINITIALISATION_FAILS=1');
    await expect(openPjrt(file)).rejects.toThrow(
      /The plug-in could not be initialised\. Received INTERNAL: not yet/,
    );
    const client = await openPjrt(file);
    await client.dispose();
  });

  it('without devices is refused', async () => {
    await expect(openPjrt(buildPlugin('-DDEVICES=0'))).rejects.toMatchObject({ code: 'device-unavailable' });
  });

  it('does not keep Ctrl-C from ending a program that compiles', async () => {
    const program = `
      const { openPjrt } = await import(${source('pjrt/open-pjrt.ts')});
      const { importKoffi } = await import('@lamo/core/koffi');
      const [file] = process.argv.slice(-1);
      const client = await openPjrt(file);
      (await importKoffi()).load(file).func('void test_hold(bool hold)')(true);
      void client.compile('outputs 1 wait');
      console.log('compiling');
      setInterval(() => {}, 1000);`;
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const child = spawn(process.execPath, [...NODE, '--eval', program, '--', buildPlugin()], { cwd });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGINT');
  });
});
