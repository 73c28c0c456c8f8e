import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeD4rl } from '@lamo/data';
import { demonstrate, findTaskSet } from '@lamo/eval';
import { openDevice } from '@lamo/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { activeFolder, demonstrationFile } from './active-folder';
import { ActiveSession } from './active-session';
import { beginActive, checkTuning, pretrainOn, type TuningFlags } from './begin-active';

const root = mkdtempSync(join(tmpdir(), 'lamo-active-session-'));
afterAll(() => rmSync(root, { recursive: true }));

const device = await openDevice('cpu', { threads: 1 });
const set = findTaskSet('integrator');
const flags: TuningFlags = {
  ...{ rule: 'amf', rounds: 3, perRound: 1, seed: 0, steps: 3, batchSize: 8, learningRate: 1e-3 },
  ...{ beta: 0.01, prior: true, noise: 0.01, out: '' },
};

async function begin(name: string, changed: Partial<TuningFlags> = {}): Promise<string> {
  const out = join(root, name);
  const checkpoint = await pretrainOn(set, Array<number>(12).fill(1), { seed: 0, steps: 3, device });
  const tasks = set.tasks.map(({ name, code }) => ({ name, code: [...code], weight: 1 }));
  const beginning = { set: set.name, tasks, checkpoint, policy: 'new', episodes: 0, pretrained: null };
  beginActive({ ...flags, ...changed, out }, beginning);
  return out;
}

async function playRound(path: string): Promise<void> {
  const session = await ActiveSession.open(activeFolder(path), device);
  try {
    const [task] = (await session.ask()).tasks;
    await session.tell([await demonstrate(set, task!, session.requestFor(0))]);
  } finally {
    await session.dispose();
  }
}

const open = async (path: string) => (await ActiveSession.open(activeFolder(path), device)).dispose();

/** A copy of what two rounds left. */
function copyTo(name: string) {
  cpSync(join(root, 'whole'), join(root, name), { recursive: true });
  return activeFolder(join(root, name));
}

beforeAll(async () => {
  const whole = await begin('whole');
  await playRound(whole);
  await playRound(whole);
});

it('refuses rounds that are in another order', async () => {
  const folder = copyTo('swapped');
  const lines = readFileSync(folder.rounds, 'utf8').trim().split('\n');
  writeFileSync(folder.rounds, `${lines.toReversed().join('\n')}\n`);
  await expect(open(folder.path)).rejects.toThrow(/one after the other.*round 0.*round 1/s);
});

it('refuses rounds without their networks, and networks of another fine-tuning', async () => {
  const folder = copyTo('foreign');
  rmSync(folder.networks);
  await expect(open(folder.path)).rejects.toThrow(/is not there, though.*after round 1/s);
  const other = await begin('other', { seed: 1, steps: 5 });
  await playRound(other);
  await playRound(other);
  cpSync(activeFolder(other).networks, folder.networks);
  await expect(open(folder.path)).rejects.toThrow(/is of another fine-tuning than/);
});

it('refuses demonstrations that are not those that it learned from', async () => {
  const folder = copyTo('replaced');
  const file = demonstrationFile(folder, 0, 0);
  await writeD4rl(await demonstrate(set, set.tasks[0]!, { seed: 99 }), file);
  await expect(open(folder.path)).rejects.toThrow(/round-0000-1.hdf5 is not what was shown and learned from/);
  cpSync(demonstrationFile(activeFolder(join(root, 'whole')), 0, 0), file);
  await open(folder.path);
});

it('writes the policy again if it is lost, or if it is older than the networks', async () => {
  const folder = copyTo('killed');
  const policy = readFileSync(folder.policy);
  rmSync(folder.policy);
  await open(folder.path);
  expect(readFileSync(folder.policy).equals(policy)).toBe(true);
  // Killed when the networks were written, and neither the policy nor the line of their round.
  const [first] = readFileSync(folder.rounds, 'utf8').split('\n');
  writeFileSync(folder.rounds, `${first}\n`);
  writeFileSync(folder.policy, 'of the round before');
  await open(folder.path);
  expect(readFileSync(folder.policy).equals(policy)).toBe(true);
});

it('keeps nothing of what it could not learn from', async () => {
  const path = await begin('diverging', { learningRate: 1e38 });
  await expect(playRound(path)).rejects.toThrow(/diverged|not finite|NaN/i);
  expect(existsSync(demonstrationFile(activeFolder(path), 0, 0))).toBe(false);
  await open(path);
});

it('refuses settings that could not be read again, before anything is done', () => {
  const check = (changed: Partial<TuningFlags>, episodes = 1) =>
    checkTuning({ ...flags, ...changed }, { episodes, pretrained: null });
  expect(() => check({})).not.toThrow();
  for (const [changed, message] of [
    [{ beta: -1 }, /beta.*at least 0.*-1/s],
    [{ noise: 0 }, /noise.*more than 0/s],
    [{ seed: -1 }, /seed/],
    [{ batchSize: 1e9 }, /batchSize.*1000000.*1000000000/s],
    [{ perRound: 1e9 }, /perRound.*100\b/s],
    [{ learningRate: -1 }, /learning/],
    [{ rule: 'fewest-demonstrations' }, /has to be told how often.*--pretrained/s],
  ] as const)
    expect(() => check(changed)).toThrow(message);
  for (const episodes of [-1, 1e9]) expect(() => check({}, episodes)).toThrow(/episodes/);
});
