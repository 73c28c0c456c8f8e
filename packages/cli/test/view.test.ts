import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAlgorithm, valueActions } from '@lamo/algos';
import { loadCheckpoint, openDevice } from '@lamo/runtime';
import { decode } from 'fast-png';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findChromium } from '../../../test/chromium';
import { stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { startServer } from './start-server';

const folder = mkdtempSync(join(tmpdir(), 'lamo-view-'));
const inFolder = (...names: string[]) => join(folder, ...names);

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Where a recording of a walk is: it was asked for a return of 30. */
const WALK = {
  ...{ environment: 'halfcheetah-v4', step: 5, targetReturn: 30, observationSize: 17 },
  valueRewards: 'raw',
};
const ROWS = 60;

beforeAll(async () => {
  await lamoSucceedsHere(['collect', 'maze2d-umaze-v1', '--rows', '300', '--out', 'data.hdf5'], folder);
  const training = ['bc', '--dataset', 'data.hdf5', '--steps', '20', '--hidden-size', '8', '--out', 'run'];
  const evaluation = ['--environment', 'maze2d-umaze-v1', '--episodes', '2'];
  await lamoSucceedsHere(['train', ...training, ...evaluation], folder);
  const each = <T>(value: (row: number) => T) => Array.from({ length: ROWS }, (_, row) => value(row));
  const episode = {
    ...{ seed: 3, return: ROWS / 2, terminated: false, rewards: each(() => 0.5) },
    actions: each((row) => [Math.sin(row / 5), 0, 0, 0, 0, Math.cos(row / 5)]).flat(),
    qpos: each((row) => [0.2 * row, 0, 0, Math.sin(row / 3) / 2, 0, 0, Math.cos(row / 3) / 2, 0, 0]).flat(),
    observations: Array(17 * (ROWS + 1)).fill(0),
    values: each((row) => 2 * row),
  };
  writeFileSync(
    inFolder('run', 'trajectories', 'walk.json'),
    JSON.stringify({ ...WALK, episodes: [episode] }),
  );
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

const startView = (...args: readonly string[]) => startServer(['view', 'run', ...args], folder);

/** Asks for a path by a host's name, and tells status and text. */
function ask(url: string, path: string, host: string, method = 'GET') {
  return new Promise<{ status: number; text: string; headers: object }>((resolve, reject) => {
    const asked = request(new URL(path, url), { headers: { host }, method }, (response) => {
      let text = '';
      response.on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    asked.on('error', reject).end();
  });
}

describe('the page of lamo view', () => {
  it('is for this machine alone, and ends by Ctrl-C', async () => {
    const { url, process, outcome } = await startView();
    const { host, hostname, port } = new URL(url);
    expect(hostname).toBe('127.0.0.1');
    // Another address of the same machine: a server that listens everywhere would answer.
    const elsewhere = await new Promise((resolve) => {
      connect({ host: '127.0.0.2', port: Number(port) })
        .on('connect', () => resolve('connected'))
        .on('error', ({ message }) => resolve(message));
    });
    expect(elsewhere).not.toBe('connected');

    const page = await ask(url, '/', host);
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('BC in maze2d-umaze-v1') });
    expect(page.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect((await ask(url, '/', `localhost:${port}`)).status).toBe(200);
    for (const foreign of ['example.com', `example.com:${port}`, `127.0.0.1:${Number(port) - 1}`])
      expect(await ask(url, '/view.json', foreign)).toMatchObject({
        status: 421,
        text: expect.stringContaining(host),
      });
    expect((await ask(url, '/view.json', host, 'POST')).status).toBe(405);
    for (const none of [
      '/manifest.json',
      '/../manifest.json',
      '/episodes/0/99.json',
      '/poses/99/0.bin',
      '/stages/9.json',
    ])
      expect((await ask(url, none, host)).status).toBe(404);
    expect(JSON.parse((await ask(url, '/episodes/1/0.json', host)).text)).toMatchObject({ actionSize: 6 });

    process.kill('SIGINT');
    expect(await outcome).toMatchObject({ code: 0 });
  });

  it('has the port that was asked for, or says that it is taken', async () => {
    const { url, process, outcome } = await startView();
    const taken = new URL(url).port;
    const { code, stderr } = await lamoHere(['view', 'run', '--port', taken], folder);
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${taken} is in use by another program`);
    process.kill('SIGTERM');
    expect(await outcome).toMatchObject({ code: 0 });
  });
});

describe('lamo view', () => {
  it('writes an animation and a strip of one episode', async () => {
    const args = [
      'view',
      'run',
      '--environment',
      'halfcheetah-v4',
      '--gif',
      'out/walk.gif',
      '--png',
      'out/walk.png',
    ];
    const { stdout } = await lamoSucceedsHere(args, folder);
    expect(stdout).toBe(
      'out/walk.png: 6 moments of episode 1 in halfcheetah-v4\nout/walk.gif: 60 moments of episode 1 in halfcheetah-v4\n',
    );
    expect(readFileSync(inFolder('out/walk.gif')).subarray(0, 6).toString()).toBe('GIF89a');
    expect(decode(readFileSync(inFolder('out/walk.png')))).toMatchObject({ width: 1800, height: 300 });
  });

  it('has values to show where a run has critics: what those of its checkpoint think', async () => {
    const training = [
      'td3-bc',
      '--dataset',
      'data.hdf5',
      '--steps',
      '20',
      '--hidden-size',
      '8',
      '--out',
      'td3',
    ];
    const environment = ['--environment', 'maze2d-umaze-v1', '--episodes', '1'];
    await lamoSucceedsHere(['train', ...training, ...environment], folder);
    await lamoSucceedsHere(['evaluate', 'td3', ...environment, '--record', '--seed', '9'], folder);
    const checkpoint = loadCheckpoint(inFolder('td3', 'checkpoints', 'step-20.safetensors'));
    const device = await openDevice('cpu', { threads: 1 });
    const names = readdirSync(inFolder('td3', 'trajectories'));
    expect(names).toHaveLength(2); // one of the training's own, one that was asked for
    for (const name of names) {
      const recording = JSON.parse(readFileSync(inFolder('td3', 'trajectories', name), 'utf8'));
      const [{ observations, actions, values }] = recording.episodes;
      expect(recording.valueRewards).toBe('raw');
      const visited = {
        observations: Float32Array.from(observations.slice(0, -4)),
        actions: Float32Array.from(actions),
      };
      const judged = (await valueActions(findAlgorithm('td3-bc'), checkpoint, device, visited))!;
      // Observations and actions were written down with four decimals; standardised ones are a few times as wrong.
      expect(values).toBeAllClose(judged.values, { absolute: 1e-3 });
      expect(new Set(values).size).toBeGreaterThan(50);
    }
  });

  it('says what is wrong', async () => {
    const refused = async (...args: readonly string[]) => (await lamoHere(['view', ...args], folder)).stderr;
    expect(await refused('nowhere')).toContain("There is no run in the folder 'nowhere'");
    expect(await refused('run', '--png', 'x.png', '--episode', '3')).toMatch(
      /has no episode 3.*--episode 1 to 2/s,
    );
    expect(await refused('run', '--png', 'data.hdf5')).toContain('data.hdf5 exists and is not a PNG');
    expect(await refused('run', '--environment', 'hopper-v4')).toMatch(
      /hopper-v4 was recorded.*halfcheetah-v4/s,
    );
    expect(await refused('run', '--port', '70000')).toContain('Expected a port, 1 to 65535');
  });
});

const BROWSER = findChromium();

describe.skipIf(BROWSER === undefined)(
  'in Chromium (skipped if there is none; LAMO_CHROMIUM says where), the page',
  () => {
    let browser: Browser;
    let page: Page;
    let url: string;
    const requests: string[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      ({ url } = await startView());
      // WebGL without a graphics card.
      const gl = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
      browser = await chromium.launch({ executablePath: BROWSER!, args: ['--no-sandbox', ...gl] });
      page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
      page.on('request', (asked) => requests.push(asked.url()));
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (said) => {
        if (said.type() === 'error') complaints.push(said.text());
      });
      await page.goto(url);
      await page.waitForSelector('body[data-ready="0/0"]');
    });

    afterAll(() => browser?.close());

    /** The picture as it is seen, and how many colours it has. */
    async function look() {
      const { data } = decode(await page.locator('#canvas').screenshot());
      const colours = new Set<number>();
      for (let at = 0; at < data.length; at += 4)
        colours.add(data[at]! * 65536 + data[at + 1]! * 256 + data[at + 2]!);
      return { pixels: Buffer.from(data.buffer), colours: colours.size };
    }

    const scrubTo = (row: number) => page.locator('#scrub').fill(String(row));

    it('draws the episode, and goes where it is scrubbed to', async () => {
      const before = await look();
      // A blank picture has one, and a floor alone some dozens.
      expect(before.colours).toBeGreaterThan(100);
      // BC has no critics.
      const names = await page.locator('#traces strong').allTextContents();
      expect(names).toEqual(['Reward', 'Return so far', 'Actions']);
      await scrubTo(299);
      expect(await page.locator('#time').textContent()).toBe('step 300 of 300 · 2.99 s');
      expect((await look()).pixels.equals(before.pixels)).toBe(false);
      await scrubTo(0);
      expect(await page.locator('#time').textContent()).toBe('step 1 of 300 · 0.00 s');
    });

    it('plays, and stops', async () => {
      await page.locator('#play').click();
      await expect.poll(async () => Number(await page.locator('#scrub').inputValue())).toBeGreaterThan(5);
      await page.locator('#play').click();
      expect(await page.locator('#play').textContent()).toBe('Play');
      const stopped = await page.locator('#scrub').inputValue();
      await page.waitForTimeout(100);
      expect(await page.locator('#scrub').inputValue()).toBe(stopped);
    });

    it('shows another recording with its target, and follows what walks away', async () => {
      await page.locator('#recording').selectOption('1');
      await page.waitForSelector('body[data-ready="1/0"]');
      expect(await page.locator('#traces strong').allTextContents()).toEqual([
        ...['Reward', 'Return so far', 'Target return to go'],
        ...['Value by the critics: discounted return to go', 'Actions'],
      ]);
      expect(await page.locator('#follow').isChecked()).toBe(true);
      await scrubTo(ROWS - 1);
      expect(await page.locator('#traces output').nth(2).textContent()).toBe('0.5');
      expect(await page.locator('#traces output').nth(3).textContent()).toBe('118');
      const followed = await look();
      expect(followed.colours).toBeGreaterThan(100);
      await page.locator('#follow').uncheck();
      await scrubTo(0);
      expect((await look()).pixels.equals(followed.pixels)).toBe(false);
    });

    it('asked nobody but lamo, and had nothing to complain about', () => {
      expect(requests.length).toBeGreaterThan(5);
      expect(requests.filter((asked) => !asked.startsWith(url) && !asked.startsWith('data:'))).toEqual([]);
      expect(complaints).toEqual([]);
    });
  },
);
