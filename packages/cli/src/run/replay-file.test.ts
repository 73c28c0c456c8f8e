import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExperience } from '@lamo/algos';
import { createEnvironment } from '@lamo/eval';
import { readSafetensors, writeSafetensors } from '@lamo/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { readReplay, writeReplay } from './replay-file';

const folder = mkdtempSync(join(tmpdir(), 'lamo-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'replay.safetensors');
const environment = await createEnvironment('cartpole-v1');

/** Rows of CartPole, of which every third one ends an episode. */
function logged(rows: number) {
  const experience = createExperience({ environment });
  for (let i = 0; i < rows; i++)
    experience.replay.add({
      observation: [i, 1, 2, 3],
      action: [0, 1],
      reward: i / 8,
      nextObservation: [i + 1, 1, 2, 3],
      terminated: i % 3 === 2,
      truncated: false,
    });
  return experience;
}

describe('the file of a replay', () => {
  it.each([5, 0])('brings back all of its %i rows', (rows) => {
    writeReplay(path, logged(rows));
    const read = createExperience({ environment });
    readReplay(path, read);
    expect(read.replay.columns()).toEqual(logged(rows).replay.columns());
    expect(read.replay.size).toBe(rows);
  });

  it.each(['rewards', 'actions'])('is refused without its %s', (column) => {
    writeReplay(path, logged(5));
    const { tensors, metadata } = readSafetensors(path);
    writeSafetensors(path, { tensors: new Map([...tensors].filter(([name]) => name !== column)), metadata });
    expect(() => readReplay(path, createExperience({ environment }))).toThrow(
      expect.objectContaining({ code: 'damaged-file', message: expect.stringContaining(path) }),
    );
  });
});
