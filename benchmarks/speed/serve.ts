/**
 * Measures how many observations a served policy answers, and how long one waits: `lamo serve` in batches and one at a time, beside node's own server with
 * onnxruntime that checks nothing. Servers are processes of their own. `--seconds N`, `--hidden-size N`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bc, POLICY_FILE, train } from '@lamo/algos';
import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, 'hidden-size': { type: 'string', default: '256' } },
});
const seconds = Number(values.seconds);
const CONNECTIONS = [1, 32];
const [OBSERVATION, ACTION] = [17, 6];

const folder = mkdtempSync(join(tmpdir(), 'lamo-bench-serve-'));
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Writes a policy that was hardly trained: it takes as long as any of its size. */
async function writePolicy(): Promise<string> {
  const rng = Rng.fromSeed(0);
  const rows = (width: number) =>
    Array.from({ length: 64 }, () => Array.from({ length: width }, () => rng.uniform(-1, 1)));
  const observations = rows(OBSERVATION);
  const dataset = createDataset({
    ...{ observations, actions: rows(ACTION), rewards: Array(64).fill(0), terminated: Array(64).fill(1) },
    observationSpace: {
      kind: 'vector',
      parts: Object.fromEntries(
        Array.from({ length: OBSERVATION }, (_, i) => [`sensor ${i}`, { start: i, end: i + 1 }]),
      ),
    },
  });
  const run = await train(bc, dataset, {
    steps: 1,
    config: { hiddenSize: Number(values['hidden-size']), batchSize: 8 },
  });
  for await (const _ of run);
  await run.save(folder);
  await run.dispose();
  return join(folder, POLICY_FILE);
}

/** Starts a server, and waits until it says where it is. */
function start(args: readonly string[]): Promise<{ readonly url: string; readonly server: ChildProcess }> {
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout!.on('data', (piece) => {
      text += piece;
      const [, url] = /"url": ?"(.*?)"/.exec(text) ?? [];
      if (url !== undefined) resolve({ url, server });
    });
    server.once('exit', (code) => reject(new Error(`The server ended with ${code}`)));
  });
}

/** Asks once, and waits for the whole answer. */
function ask(url: string, agent: Agent, body: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/act`, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${response.statusCode}`));
      response.resume().on('end', resolve);
    });
    asked.on('error', reject).end(body);
  });
}

/** Asks over some connections at the same time, one request after the other on each. @returns milliseconds of each, sorted */
async function load(url: string, connections: number, body: string, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const until = performance.now() + 1000 * seconds;
  const one = async () => {
    for (let now = performance.now(); now < until; now = performance.now()) {
      await ask(url, agent, body);
      times.push(performance.now() - now);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return times.sort((a, b) => a - b);
}

const policy = await writePolicy();
const named = Object.fromEntries(Array.from({ length: OBSERVATION }, (_, i) => [`sensor ${i}`, 0.1]));
const list = { observation: Array(OBSERVATION).fill(0.1) };
const lamo = [pathOf('../../packages/cli/dist/main.js'), 'serve', policy, '--port', '0', '--json', '--quiet'];
const plain = [
  '--conditions=@lamo/source',
  '--import',
  import.meta.resolve('tsx'),
  pathOf('plain-server.ts'),
  policy,
];
const contenders = [
  { name: 'lamo serve, by name', args: lamo, body: { observation: named } },
  { name: 'lamo serve, a list', args: lamo, body: list },
  { name: 'the same, one at a time', args: [...lamo, '--max-batch', '1'], body: list },
  { name: 'the same, waiting 2 ms', args: [...lamo, '--max-wait', '2'], body: list },
  { name: 'node:http, nothing checked', args: plain, body: list },
];
console.log(`policy of ${OBSERVATION} numbers, two layers of ${values['hidden-size']}`);
for (const { name, args, body } of contenders) {
  const { url, server } = await start(args);
  for (const connections of CONNECTIONS) {
    await load(url, connections, JSON.stringify(body), 1);
    const times = await load(url, connections, JSON.stringify(body), seconds);
    const at = (share: number) => times[Math.floor(share * times.length)]!.toFixed(2);
    const rate = Math.round(times.length / seconds);
    console.log(
      `${name.padEnd(28)} ${String(connections).padStart(3)} connections: ${String(rate).padStart(6)} /s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
    );
  }
  server.removeAllListeners('exit');
  server.kill('SIGTERM');
}
rmSync(folder, { recursive: true });
