import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { importOnnxRuntime } from './import-onnxruntime';

beforeEach(() => vi.stubEnv('ORT_DISABLE_TELEMETRY', undefined));
afterEach(() => vi.unstubAllEnvs());

it('switches telemetry off', async () => {
  await importOnnxRuntime();
  expect(process.env.ORT_DISABLE_TELEMETRY).toBe('1');
});

it('leaves to the user what the user has set', async () => {
  process.env.ORT_DISABLE_TELEMETRY = '0';
  await importOnnxRuntime();
  expect(process.env.ORT_DISABLE_TELEMETRY).toBe('0');
});

it('refuses in a worker thread, which cannot switch it off, unless the main thread has settled it', async () => {
  const tsx = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const file = fileURLToPath(new URL('./import-onnxruntime.ts', import.meta.url));
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { importOnnxRuntime } = require(workerData.tsx).require(workerData.file, workerData.file);
    importOnnxRuntime().then(() => 'imported', ({ message }) => message).then((text) => parentPort.postMessage(text));
  `;
  const inWorker = async () => {
    const worker = new Worker(program, { eval: true, workerData: { tsx, file } });
    const [message] = await once(worker, 'message');
    await worker.terminate();
    return message;
  };
  expect(await inWorker()).toMatch(
    /worker thread cannot switch off.*ORT_DISABLE_TELEMETRY = '1' in the main thread/,
  );
  process.env.ORT_DISABLE_TELEMETRY = '1';
  expect(await inWorker()).toBe('imported');
});
