import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { iql, loadResult } from '@lamo/algos';
import { Rng } from '@lamo/core';
import { readD4rl } from '@lamo/data';
import { loadCheckpoint, openDevice } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lamo, lamoSucceeds, stopAll } from './lamo';
import { startServer } from './start-server';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-own-log-'));
afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const OFFERS = ['cake', 'ice', 'tea'] as const;
const WEATHER = ['rain', 'snow', 'sun'] as const;

/** Whether what was offered is what people want in this weather. */
const wants = (weather: string, offer: string) =>
  ['rain tea', 'sun ice', 'snow cake'].includes(`${weather} ${offer}`);

/** A shop shows one of three offers, drawn at random: its log as CSV, one row a visit. */
function offersLog(): string {
  const rng = Rng.fromSeed(0);
  const rows = Array.from({ length: 600 }, (_, visit) => {
    const [weather, offer] = [WEATHER[rng.integer(3)]!, OFFERS[rng.integer(3)]!];
    const basket = visit % 50 === 7 ? '' : rng.uniform(10, 20).toFixed(1);
    return `${visit},${basket},${weather},${offer},${wants(weather, offer)},0.333`;
  });
  return ['visit,basket,weather,offer,bought,p', ...rows].join('\n');
}

const COLUMNS = [
  ...['--observation', 'basket,weather', '--action', 'offer', '--reward', 'bought', '--probability', 'p'],
  ...['--one-step', '--fill', 'basket=mean'],
];

beforeAll(() => writeFileSync(join(folder, 'offers.csv'), offersLog()));

describe('a log of one’s own', () => {
  it('trains a policy that has learned from rewards what to offer, and goes on by its manifest alone', async () => {
    const run = join(folder, 'run');
    const settings = [
      '--steps',
      '400',
      '--hidden-size',
      '32',
      '--batch-size',
      '64',
      '--inverse-temperature',
      '10',
    ];
    const args = ['iql', '--dataset', 'offers.csv', ...COLUMNS, ...settings, '--out', run];
    const { stderr } = await lamoSucceeds(['train', ...args], folder);
    expect(stderr).toMatch(/weather +3 categories: rain, snow, sun/);
    expect(stderr).toMatch(/basket +number; 12 missing values filled in/);
    expect(stderr).toContain('60 of 600 episodes are held out');
    expect(stderr).not.toContain('is an episode');
    await lamoSucceeds(['train', '--resume', run, '--steps', '1000'], folder);
    const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    for (const { metrics, heldOut } of lines.map((line) => JSON.parse(line)))
      expect(Object.keys(heldOut)).toEqual(Object.keys(metrics));
    const again = await lamo(['train', ...args, '--held-out', '0', '--resume'], folder);
    expect(again.stderr).toMatch(/started with other settings.*--held-out 0\.1.*--held-out none/);
    const checkpoint = loadCheckpoint(join(run, 'checkpoints/step-1000.safetensors'));
    const policy = await loadResult(iql, checkpoint, await openDevice('cpu'));
    policy.reset(1);
    // A policy that imitates the log would be right in one case of three.
    for (const [i, weather] of WEATHER.entries()) {
      const seen = Float32Array.of(15, Number(i === 0), Number(i === 1), Number(i === 2));
      const [chosen] = await policy.act(seen, new Float32Array(1));
      expect(wants(weather, OFFERS[chosen!]!)).toBe(true);
    }
  });

  it('is described, shown as a page, and converted to a file that needs no options', async () => {
    const described = await lamoSucceeds(
      ['data', 'describe', 'offers.csv', ...COLUMNS, '--html', 'offers.html', '--json'],
      folder,
    );
    const { columns, read, unused, page } = JSON.parse(described.stdout);
    expect(columns.classEntropy).toBeGreaterThan(1.5);
    expect(read.map(({ name }: { name: string }) => name)).toEqual([
      'basket',
      'weather',
      'offer',
      'bought',
      'p',
    ]);
    expect([unused, page]).toEqual([['visit'], 'offers.html']);
    const html = readFileSync(join(folder, 'offers.html'), 'utf8');
    expect(html).toMatch(/3 categories: rain, snow, sun/);
    expect(html).toMatch(/12 of &quot;basket&quot;/);
    await lamoSucceeds(['data', 'convert', 'offers.csv', ...COLUMNS, '--out', 'offers.hdf5'], folder);
    const dataset = await readD4rl(join(folder, 'offers.hdf5'));
    expect(dataset.actionSpace).toEqual({
      ...{ kind: 'discrete', count: 3, labels: [...OFFERS], names: ['offer'] },
    });
    expect(dataset.infos.action_log_probs!.data[0]).toBeCloseTo(Math.log(0.333), 5);
    const again = await lamo(['data', 'convert', 'offers.csv', ...COLUMNS, '--out', 'offers.hdf5'], folder);
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/offers\.hdf5/)]);
  });

  it('is refused with advice where it does not say enough, before anything is written', async () => {
    const { code, stderr } = await lamo(['train', 'bc', '--dataset', 'offers.csv', '--steps', '1'], folder);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/what was observed[\s\S]*--observation/)]);
    const columns = await lamo(['data', 'convert', 'x.hdf5', '--reward', 'r', '--out', 'y.hdf5'], folder);
    expect(columns.code).toBe(1);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it('is judged by as the guide says, with fewer steps', async () => {
    const guides = new URL('../../../docs/guide/', import.meta.url);
    const read = (name: string) => readFileSync(fileURLToPath(new URL(name, guides)), 'utf8');
    const [, program = ''] = /^```js\n(.*?)^```$/ms.exec(read('your-own-data.md')) ?? [];
    const place = mkdtempSync(join(folder, 'judged-'));
    writeFileSync(join(place, 'make-log.mjs'), program);
    execFileSync(process.execPath, ['make-log.mjs'], { cwd: place });
    const commands = [...read('without-a-simulator.md').matchAll(/^npx lamo (.*)$/gm)].map(
      ([, command]) => command!,
    );
    expect(commands).toHaveLength(5);
    for (const command of commands)
      await lamoSucceeds(command.replace(/--steps \d+/, '--steps 20').split(' '), place);
    expect(readFileSync(join(place, 'judged.html'), 'utf8')).toContain('Estimates by the log days');
  });

  it('goes the whole way of the guide: its program and its commands, with fewer steps', async () => {
    const guide = readFileSync(
      fileURLToPath(new URL('../../../docs/guide/your-own-data.md', import.meta.url)),
      'utf8',
    );
    const [, section = ''] = /^## From a log to a policy$(.*?)^## /ms.exec(guide) ?? [];
    const [, program = ''] = /^```js\n(.*?)^```$/ms.exec(section) ?? [];
    const place = mkdtempSync(join(folder, 'guide-'));
    writeFileSync(join(place, 'make-log.mjs'), program);
    execFileSync(process.execPath, ['make-log.mjs'], { cwd: place });
    const commands = [...section.matchAll(/^npx lamo (.*)$/gm)].map(([, command]) => command!);
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands.filter((one) => !one.startsWith('serve'))) {
      const args = command.replace(/--steps \d+/, '--steps 20').split(' ');
      const { stdout } = await lamoSucceeds(args, place);
      const [, shown] = /^```text\n(.*?)^```$/ms.exec(section) ?? [];
      if (command.startsWith('data describe')) expect(stdout.startsWith(shown!)).toBe(true);
    }
    expect(readFileSync(join(place, 'report.html'), 'utf8')).toMatch(/thermostat/);
    const serving = commands.find((one) => one.startsWith('serve'))!;
    const {
      url,
      outcome,
      process: server,
    } = await startServer([...serving.split(' '), '--port', '0'], place);
    const [, route, body] = /^curl http:\/\/127\.0\.0\.1:8080(\S+) .*-d '(.*)'$/m.exec(section) ?? [];
    const headers = { 'Content-Type': 'application/json' };
    const answer = (await (await fetch(url + route, { method: 'POST', headers, body: body! })).json()) as {
      readonly action: readonly number[];
    };
    expect(answer).toEqual({ action: [expect.any(Number)], named: { heater: answer.action[0] } });
    expect(answer.action[0]).toBeGreaterThanOrEqual(0);
    expect(answer.action[0]).toBeLessThanOrEqual(3);
    server.kill('SIGTERM');
    expect((await outcome).code).toBe(0);
  });
});
