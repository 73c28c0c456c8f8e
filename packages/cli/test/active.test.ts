import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Dataset, Rng } from '@lamo/core';
import { createDataset, writeD4rl } from '@lamo/data';
import { loadGpt2, loadTokenizer, nanoModelFolder, sentenceCodes } from '@lamo/models';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLamo } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-active-'));
afterAll(() => rmSync(folder, { recursive: true }));

const contents = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const rounds = (name: string) =>
  contents(name, 'rounds.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const succeeds = async (...args: string[]) =>
  JSON.parse((await lamoSucceedsHere([...args, '--json'], folder)).stdout);
const fails = async (...args: string[]) => {
  const { code, stderr } = await lamoHere(args, folder);
  expect(code).not.toBe(0);
  return stderr;
};

describe('lamo active run', () => {
  const run = [
    'active',
    'run',
    'integrator',
    '--pretrained',
    '1',
    '--pretraining-steps',
    '40',
    '--steps',
    '20',
  ];
  const settings = ['--rounds', '14', '--episodes', '1', '--threads', '1'];

  beforeAll(async () => {
    await succeeds(...run, ...settings, '--out', 'whole');
  });

  it('asks for every task once, and then for what its rule chooses', () => {
    const told = rounds('whole');
    expect(told).toHaveLength(14);
    expect(new Set(told.slice(0, 12).flatMap(({ asked }) => asked)).size).toBe(12);
    for (const { values, isWarmStart, asked, returns } of told) {
      expect(Object.keys(returns)).toHaveLength(12);
      if (isWarmStart) expect(values).toBeNull();
      else expect(values[asked[0]]).toBe(Math.max(...Object.values<number>(values)));
    }
    expect(existsSync(join(folder, 'whole', 'policy.onnx'))).toBe(true);
  });

  it('comes to the same rounds and networks however often it is killed', async () => {
    const out = join(folder, 'killed');
    const args = [...run, ...settings, '--out', 'killed'];
    let kills = 0;
    for (let round = 2; round < 14; round += 4, kills++) {
      const resumed = kills === 0 ? args : ['active', 'run', '--resume', 'killed', '--threads', '1'];
      const { process: child, outcome } = startLamo(resumed, folder);
      const isThere = () =>
        existsSync(join(out, 'rounds.jsonl')) &&
        contents('killed', 'rounds.jsonl').split('\n').length > round;
      while (child.exitCode === null && !isThere()) await setTimeout(2);
      child.kill('SIGKILL');
      await outcome;
    }
    expect(rounds('killed').length).toBeLessThan(14);
    await lamoSucceedsHere(['active', 'run', '--resume', 'killed', '--threads', '1'], folder);
    for (const file of ['rounds.jsonl', 'policy.onnx', 'networks.safetensors'])
      expect(readFileSync(join(out, file)).equals(readFileSync(join(folder, 'whole', file)))).toBe(true);
  });

  it('draws what was asked for, and how policy and losses changed', async () => {
    await succeeds('active', 'report', 'whole');
    const page = contents('whole', 'report.html');
    for (const title of ['Return', 'Loss', 'What the rule goes by', 'Mixing', 'What was asked for'])
      expect(page).toContain(`<h2>${title}</h2>`);
    expect(page).toContain('330°');
  });

  it('says what it cannot do', async () => {
    expect(await fails(...run, '--out', 'whole')).toMatch(/whole exists already.*--resume whole/s);
    expect(await fails('active', 'run', 'integrater', '--out', 'new')).toMatch(/Did you mean 'integrator'/);
    expect(await fails('active', 'run', 'integrator', '--pretrained', '1,2', '--out', 'new')).toMatch(
      /one whole number, or 12/,
    );
    expect(await fails('active', 'run')).toMatch(/a task set, or --resume FOLDER/);
    expect(await fails('active', 'ask', 'nowhere')).toMatch(/There is no folder 'nowhere'/);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
    expect(await fails('active', 'ask', 'whole')).toMatch(/All rounds are over/);
    expect(await fails('active', 'run', 'swirl', '--rule', 'amff', '--out', 'new')).toMatch(
      /Did you mean 'amf'/,
    );
    expect(await fails(...run, '--batch-size', '1000000000', '--out', 'new')).toMatch(/at most 1000000/);
    const policy = join('whole', 'pretrained.safetensors');
    // Goals of two numbers too, behind observations of an arm.
    expect(await fails('active', 'run', 'reacher2d', '--policy', policy, '--out', 'new')).toMatch(
      /for other tasks than those of reacher2d.*10 numbers \('goal' in 8 to 9\).*4 numbers \('goal' in 2 to 3\)/s,
    );
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });
});

describe('lamo active ask and tell', () => {
  /** Shows what somebody does who follows what is seen by this factor. */
  const show = (factor: number, extra: object = {}): Dataset => {
    const rng = Rng.fromSeed(3);
    const seen = Array.from({ length: 8 }, () => rng.uniform(-1, 1));
    return createDataset({
      observations: seen.map((x) => [x]),
      actions: seen.map((x) => [x * factor]),
      rewards: seen.map(() => 0),
      terminated: seen.map((_, i) => i === 7),
      ...extra,
    });
  };
  const codes = [0.5, -0.5, 0.2];
  const save = (name: string, dataset: Dataset) => writeD4rl(dataset, join(folder, name));
  const begin = (...args: string[]) =>
    succeeds(
      'active',
      'begin',
      '--policy',
      'runs/before',
      '--steps',
      '200',
      '--learning-rate',
      '0.01',
      ...args,
    );

  beforeAll(async () => {
    const first = { width: 1, data: new Int32Array(8) };
    await save('before.hdf5', show(0.5, { infos: { which: first } }));
    for (const [i, factor] of codes.entries()) await save(`show-${i}.hdf5`, show(factor));
    await save('large.hdf5', show(0.5, { actions: Array.from({ length: 8 }, () => [3]) }));
    await save('wide.hdf5', show(0.5, { observations: Array.from({ length: 8 }, () => [1, 2]) }));
    const train = [
      'train',
      'multi-task-bc',
      '--dataset',
      'before.hdf5',
      '--task',
      'which',
      '--task-classes',
      '3',
    ];
    const small = ['--hidden-size', '16', '--batch-size', '32', '--learning-rate', '0.01', '--steps', '200'];
    await lamoSucceedsHere([...train, ...small, '--threads', '1', '--out', 'runs/before'], folder);
  });

  it('asks, learns from files that know nothing of tasks, and asks again', async () => {
    await begin('--out', 'own', '--rounds', '5');
    for (const i of [0, 1, 2]) {
      const { tasks, isWarmStart } = await succeeds('active', 'ask', 'own');
      expect(tasks).toEqual([{ name: `task ${i}`, code: [0, 1, 2].map((k) => Number(k === i)) }]);
      expect(isWarmStart).toBe(true);
      await succeeds('active', 'tell', 'own', `show-${i}.hdf5`);
    }
    const question = await succeeds('active', 'ask', 'own');
    expect(Object.keys(question.values)).toEqual(['task 0', 'task 1', 'task 2']);
    const words = await lamoSucceedsHere(['active', 'ask', 'own'], folder);
    expect(words.stdout).toMatch(
      /round 4: show task \d\n +amf asks for what teaches most[\s\S]*2 rounds left\n +lamo active tell own FILE/,
    );
    const asked = Number(question.tasks[0].name.slice(5));
    const { losses, mixing, roundsLeft } = await succeeds('active', 'tell', 'own', `show-${asked}.hdf5`);
    expect(roundsLeft).toBe(1);
    expect(Object.keys(losses)).toHaveLength(3);
    expect(mixing['task 1']).toBeGreaterThan(0.5);
    expect(existsSync(join(folder, 'own', 'policy.onnx'))).toBe(true);
  });

  it('refuses what is no answer, and asks the same again', async () => {
    await begin('--out', 'wrong');
    const tell = (...args: string[]) => fails('active', 'tell', 'wrong', ...args);
    expect(await tell()).toMatch(/needs a file of its own.*1 file: task 0.*--cannot NAME/s);
    expect(await tell('show-0.hdf5', 'show-1.hdf5')).toMatch(/1 file: task 0/);
    expect(await tell('shw-0.hdf5')).toMatch(/Did you mean 'show-0.hdf5'/);
    expect(await tell('wide.hdf5')).toMatch(/no part 'which'/);
    expect(await tell('large.hdf5')).toMatch(/outside|range/);
    expect(await tell('show-0.hdf5', '--cannot', 'task 0')).toMatch(/either files or --cannot/);
    expect(await fails('active', 'run', '--resume', 'wrong')).toMatch(
      /shown by somebody else.*lamo active ask wrong/s,
    );
    expect((await succeeds('active', 'ask', 'wrong')).tasks[0].name).toBe('task 0');
    expect(existsSync(join(folder, 'wrong', 'demonstrations'))).toBe(false);
  });

  it('does not ask again for what nobody can show', async () => {
    await begin('--out', 'cannot');
    expect(await fails('active', 'tell', 'cannot', '--cannot', 'task 2')).toMatch(
      /task 2 was not asked for.*task 0/s,
    );
    const { tasks } = await succeeds('active', 'tell', 'cannot', '--cannot', 'task 0');
    expect(tasks[0].name).toBe('task 1');
    await succeeds('active', 'tell', 'cannot', 'show-1.hdf5');
    expect((await succeeds('active', 'ask', 'cannot')).tasks[0].name).toBe('task 2');
  });

  it('learns what was shown before it was killed', async () => {
    await begin('--out', 'cut');
    await succeeds('active', 'tell', 'cut', 'show-0.hdf5');
    const whole = rounds('cut');
    // As it was when the demonstration was kept, and nothing was learned from it yet.
    for (const file of ['rounds.jsonl', 'networks.safetensors', 'policy.onnx'])
      rmSync(join(folder, 'cut', file));
    expect((await succeeds('active', 'ask', 'cut')).tasks[0].name).toBe('task 1');
    expect(rounds('cut')).toEqual(whole);
    // And when its networks were written, and its line was not.
    rmSync(join(folder, 'cut', 'rounds.jsonl'));
    expect((await succeeds('active', 'ask', 'cut')).tasks[0].name).toBe('task 1');
    expect(rounds('cut')).toEqual(whole);
  });

  it('reads the tasks from a file, and refuses one that does not tell them apart', async () => {
    const write = (name: string, tasks: unknown) => writeFileSync(join(folder, name), JSON.stringify(tasks));
    const code = (i: number) => [0, 1, 2].map((k) => Number(k === i));
    write('tasks.json', [
      { name: 'follow', code: code(0), weight: 2 },
      { name: 'oppose', code: code(1) },
    ]);
    write('twice.json', [
      { name: 'a', code: code(0) },
      { name: 'a', code: code(1) },
    ]);
    write('short.json', [{ name: 'a', code: [1] }]);
    const { tasks } = await begin('--out', 'listed', '--tasks', 'tasks.json');
    expect(tasks).toEqual(['follow', 'oppose']);
    const from = (file: string) =>
      fails('active', 'begin', '--policy', 'runs/before', '--tasks', file, '--out', 'no');
    expect(await from('twice.json')).toMatch(/different names.*'a' twice/s);
    expect(await from('short.json')).toMatch(/another size.*3 numbers.*1/s);
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });

  it('is told tasks by sentences, whose codes a language model makes', async () => {
    const sentences = ['follow it', 'turn away'];
    const model = nanoModelFolder();
    const reader = { model: await loadGpt2(model), tokenizer: await loadTokenizer(model) };
    const codes = await sentenceCodes(reader, sentences);
    const said = { width: codes[0]!.length, data: Float32Array.from(codes[0]!, (x) => x) };
    const told = {
      ...said,
      data: Float32Array.from({ length: 8 * said.width }, (_, i) => said.data[i % said.width]!),
    };
    await save('said.hdf5', show(0.5, { infos: { said: told } }));
    const train = ['train', 'multi-task-bc', '--dataset', 'said.hdf5', '--task', 'said'];
    await lamoSucceedsHere(
      [...train, '--hidden-size', '8', '--steps', '20', '--threads', '1', '--out', 'runs/said'],
      folder,
    );
    const list = (name: string, tasks: unknown) => writeFileSync(join(folder, name), JSON.stringify(tasks));
    list(
      'sentences.json',
      sentences.map((sentence, i) => ({ name: `task ${i}`, sentence })),
    );
    list('codes.json', [{ name: 'a', code: [1] }]);
    const beginSaid = ['active', 'begin', '--policy', 'runs/said', '--steps', '5'];
    await succeeds(...beginSaid, '--tasks', 'sentences.json', '--out', 'by-sentences');
    const { tasks } = JSON.parse(contents('by-sentences', 'active.json'));
    expect(tasks).toEqual(
      sentences.map((sentence, i) => ({ name: `task ${i}`, sentence, code: [...codes[i]!], weight: 1 })),
    );
    await succeeds('active', 'tell', 'by-sentences', 'show-0.hdf5');
    expect((await succeeds('active', 'ask', 'by-sentences')).tasks[0].name).toBe('task 1');
    const reading = ['--language-model', 'nano', '--out', 'no'];
    expect(await fails(...beginSaid, '--tasks', 'codes.json', ...reading)).toMatch(/have codes already/);
    expect(await fails(...beginSaid, ...reading)).toMatch(/--tasks FILE with sentences/);
    list('neither.json', [{ name: 'a' }]);
    expect(await fails(...beginSaid, '--tasks', 'neither.json', '--out', 'no')).toMatch(/codes or sentences/);
  });
});
