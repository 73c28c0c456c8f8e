import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bc, openPolicyFile, train } from '@lamo/algos';
import { createDataset } from '@lamo/data';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findChromium } from '../test/chromium';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-shipped-'));
const policy = join(folder, 'policy.onnx');
afterAll(() => rmSync(folder, { recursive: true }));

const require = createRequire(import.meta.url);
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** What the policy is asked about, and what it says to that. */
const ROOM = { room: 12, weather: 'sun' };
let heater: number;

beforeAll(async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ room: 10 + (i % 10), isSun: i % 2 }));
  const dataset = createDataset({
    observations: rows.map(({ room, isSun }) => [room, 1 - isSun, isSun]),
    observationSpace: {
      kind: 'vector',
      parts: {
        room: { start: 0, end: 1, missing: { value: [12] } },
        weather: { start: 1, end: 3, categories: ['rain', 'sun'] },
      },
    },
    actions: rows.map(({ room, isSun }) => [0.1 * (20 - room) + 1.5 * isSun]),
    actionSpace: { kind: 'box', names: ['heater'] },
    rewards: rows.map(() => 0),
    terminated: rows.map(() => true),
  });
  const config = { hiddenSize: 16, batchSize: 16, actionLow: 0, actionHigh: 3 };
  const run = await train(bc, dataset, { steps: 50, config });
  for await (const _ of run);
  await run.save(folder);
  await run.dispose();
  const opened = await openPolicyFile(policy);
  [heater] = (await opened.run({ observations: Float32Array.of(12, 0, 1) }, 1)).actions as unknown as [
    number,
  ];
  await opened.dispose();
});

it.each(['serve-node.ts', 'serve-browser.html', 'serve-python.py'])(
  '%s has no more than 50 lines',
  (name) => {
    expect(readFileSync(pathOf(name), 'utf8').trim().split('\n').length).toBeLessThanOrEqual(50);
  },
);

it('serve-node.ts runs a policy by its file alone, and refuses what the policy never saw', async () => {
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const ask = (values: object) =>
    promisify(execFile)(process.execPath, [
      '--import',
      tsx,
      pathOf('serve-node.ts'),
      policy,
      JSON.stringify(values),
    ]);
  expect(Number((await ask(ROOM)).stdout)).toBeCloseTo(heater, 5);
  // What is missing is filled in as the file says.
  expect(Number((await ask({ weather: 'sun' })).stdout)).toBeCloseTo(heater, 5);
  await expect(ask({ ...ROOM, weather: 'fog' })).rejects.toThrow(/"weather" is none of rain,sun/);
});

const python = process.env.LAMO_PYTHON ?? 'python3';
const hasOnnx = spawnSync(python, ['-c', 'import onnxruntime, numpy']).status === 0;
const hasPython = spawnSync(python, ['--version']).status === 0;

it.skipIf(!hasPython)('serve-python.py is Python', () => {
  const program = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
  expect(spawnSync(python, ['-c', program, pathOf('serve-python.py')], { encoding: 'utf8' }).stderr).toBe('');
});

it.skipIf(!hasOnnx)('serve-python.py runs a policy as onnxruntime does here', async () => {
  const { stdout } = await promisify(execFile)(python, [
    pathOf('serve-python.py'),
    policy,
    JSON.stringify(ROOM),
  ]);
  expect(Number(stdout.replaceAll(/[[\]]/g, ''))).toBeCloseTo(heater, 4);
});

const BROWSER = findChromium();

describe.skipIf(BROWSER === undefined)('in Chromium (skipped if there is none)', () => {
  let server: Server;
  const asked: string[] = [];

  beforeAll(async () => {
    const web = dirname(require.resolve('onnxruntime-web/wasm'));
    const types: Record<string, string> = {
      '.html': 'text/html',
      '.mjs': 'text/javascript',
      '.wasm': 'application/wasm',
    };
    server = createServer(({ url = '/' }, response) => {
      asked.push(url);
      const [, file] = /^\/onnxruntime-web\/([\w.-]+)$/.exec(url) ?? [];
      const path = file ? join(web, file) : url === '/policy.onnx' ? policy : pathOf('serve-browser.html');
      response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' });
      response.end(readFileSync(path));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  it('serve-browser.html computes in the page what the policy says, and answers to what is chosen', async () => {
    const browser = await chromium.launch({ executablePath: BROWSER!, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const { port } = server.address() as AddressInfo;
      const others: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(`http://127.0.0.1:${port}/`)) others.push(request.url());
      });
      await page.goto(`http://127.0.0.1:${port}/`);
      const shown = async () => Number(await page.locator('output').textContent());
      await page.waitForFunction('document.querySelector("output").value !== ""');
      const first = await shown();
      expect(await page.locator('select option').allTextContents()).toEqual(['rain', 'sun']);
      await page.locator('[name=room]').fill('12');
      await page.locator('[name=weather]').selectOption('sun');
      await vi.waitFor(async () => expect(await shown()).toBeCloseTo(heater, 4));
      expect(first).not.toBeCloseTo(heater, 2);
      expect(others).toEqual([]);
      expect(asked).toContain('/policy.onnx');
    } finally {
      await browser.close();
    }
  });
});
