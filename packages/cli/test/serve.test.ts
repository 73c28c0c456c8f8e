import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { startServer } from './start-server';

const folder = mkdtempSync(join(tmpdir(), 'lamo-serve-'));
const inFolder = (...names: string[]) => join(folder, ...names);

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i},${i % 7},${['rain', 'sun'][i % 2]},${i % 3},${i % 2}`,
  );
  writeFileSync(inFolder('log.csv'), ['day,room,weather,heater,reward', ...rows].join('\n'));
  const columns = [
    '--observation',
    'room,weather',
    '--action',
    'heater',
    '--one-step',
    '--fill',
    'room=previous',
  ];
  const training = ['--steps', '20', '--hidden-size', '8', '--action-low', '0', '--action-high', '3'];
  await lamoSucceedsHere(
    ['train', 'bc', '--dataset', 'log.csv', ...columns, ...training, '--out', 'run'],
    folder,
  );
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

const startServe = (...args: readonly string[]) => startServer(['serve', ...args, '--port', '0'], folder);

const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

describe('lamo serve', () => {
  it('answers by names in the units of the log, and ends once everything is answered', async () => {
    const { url, example, process: server, outcome } = await startServe('run');
    const response = await post(`${url}/act`, example!);
    expect(response.status).toBe(200);
    const { action, named } = (await response.json()) as { action: number[]; named: object };
    expect(named).toEqual({ heater: action[0] });
    expect(action[0]).toBeGreaterThanOrEqual(0);
    expect(action[0]).toBeLessThanOrEqual(3);
    // A request whose body is still on its way when the server is told to end.
    const text = JSON.stringify({ observation: { room: 3, weather: 'sun' } });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': text.length };
    const slow = request(`${url}/act`, { method: 'POST', headers });
    const status = new Promise((resolve, reject) => {
      slow.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject);
    });
    slow.write(text.slice(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    server.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    slow.end(text.slice(5));
    expect(await status).toBe(200);
    expect(await outcome).toMatchObject({ code: 0 });
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it('asks who may ask before it listens to others, and says what it lacks', async () => {
    const open = await lamoHere(['serve', 'run', '--host', '0.0.0.0'], folder);
    expect([open.code, open.stderr]).toEqual([
      1,
      expect.stringMatching(/without logging in.*--allow-network/s),
    ]);
    const none = await lamoHere(['serve', 'no-run'], folder);
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/no run in the folder 'no-run'/)]);
    const origin = await lamoHere(['serve', 'run', '--allow-origin', 'https://a.example/x'], folder);
    expect([origin.code, origin.stderr]).toEqual([2, expect.stringMatching(/without a path/)]);
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const busy = await lamoHere(['serve', 'run', '--port', `${port}`], folder);
    taken.close();
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringMatching(/is in use by another program/)]);
  });

  it('says of a run that judges a policy that it has none', async () => {
    const columns = [
      '--observation',
      'room,weather',
      '--action',
      'heater',
      '--one-step',
      '--fill',
      'room=previous',
    ];
    const judge = [
      '--policy',
      'run',
      '--steps',
      '2',
      '--hidden-size',
      '4',
      '--action-low',
      '0',
      '--action-high',
      '3',
    ];
    await lamoSucceedsHere(
      ['train', 'fqe', '--dataset', 'log.csv', ...columns, ...judge, '--out', 'judged'],
      folder,
    );
    const { code, stderr } = await lamoHere(['serve', 'judged'], folder);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/run of FQE, which has no policy/)]);
    expect(stderr).not.toContain('--resume');
  });

  it('listens to others where that is allowed, whatever they call it', async () => {
    const { url, process: server, outcome } = await startServe('run', '--host', '0.0.0.0', '--allow-network');
    const port = new URL(url).port;
    const status = await new Promise((resolve, reject) => {
      request({ port, path: '/health', headers: { Host: 'policy.example' } }, (response) =>
        resolve(response.statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    server.kill('SIGINT');
    expect(await outcome).toMatchObject({ code: 0 });
  });

  it('serves a file that says nothing of itself as it can be served, and says what is missing', async () => {
    const file = exportOnnx({}, { observations: ['batch', 2] }, (_, { observations }) => ({
      actions: tf.neg(observations!),
    }));
    writeFileSync(inFolder('plain.onnx'), file);
    const { url, description, process: server, outcome } = await startServe('plain.onnx');
    expect(description).toBeNull();
    expect(await (await post(`${url}/act`, { observation: [1, 2] })).json()).toEqual({ action: [-1, -2] });
    server.kill('SIGTERM');
    expect((await outcome).stderr).toMatch(/does not say what it sees and does/);
    const inspected = await lamoSucceedsHere(['inspect', 'plain.onnx'], folder);
    expect(inspected.stdout).toMatch(/does not say what it sees and does/);
  });

  it('what is served is what lamo inspect shows', async () => {
    const { stdout } = await lamoSucceedsHere(['inspect', 'run/policy.onnx'], folder);
    expect(stdout).toMatch(/^seen +room +number +0 to 6 +the one before, else 2.9\n/m);
    expect(stdout).toMatch(/^seen +weather +one of rain, sun\n/m);
    expect(stdout).toMatch(/^done +heater +0 to 3\n/m);
    expect((await lamoSucceedsHere(['inspect', 'run'], folder)).stdout).toMatch(/^seen +room/m);
  });
});
