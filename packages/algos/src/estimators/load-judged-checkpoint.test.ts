import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevice } from '@lamo/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { bc } from '../algorithms/bc';
import { fqe } from '../algorithms/fqe';
import { saveResult } from '../engine/load-result';
import { train } from '../engine/train';
import { loadJudgedPolicy } from '../ingredients/judging/load-judged-policy';
import { toyDataset } from '../testing/toy-dataset';
import { loadJudgedCheckpoint } from './load-judged-checkpoint';
import { prepareLog } from './prepare-log';

const folder = mkdtempSync(join(tmpdir(), 'lamo-judged-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dataset = toyDataset();
const { spec } = prepareLog(dataset);

async function trained() {
  const device = await openDevice('cpu', { threads: 1 });
  const run = await train(bc, dataset, { steps: 2, config: { hiddenSize: 8, batchSize: 8 }, device });
  for await (const _ of run);
  const checkpoint = structuredClone(await run.checkpoint());
  await run.dispose();
  return checkpoint;
}

describe('the policy of a checkpoint', () => {
  it('is judged as the file that is written of it', async () => {
    const checkpoint = await trained();
    await saveResult(bc, checkpoint, folder);
    const ofFile = await loadJudgedPolicy(spec, { policy: folder });
    const policy = await loadJudgedCheckpoint(spec, { algorithm: bc, checkpoint, name: 'runs/bc' });
    expect(policy.identity).toBe(ofFile.identity);
    const observations = dataset.observations as Float32Array;
    expect(await policy.act(observations)).toEqual(await ofFile.act(observations));
  });

  it('is called by its name in errors', async () => {
    const checkpoint = await trained();
    const other = { ...spec, observationSize: spec.observationSize + 1 };
    await expect(loadJudgedCheckpoint(other, { algorithm: bc, checkpoint, name: 'runs/bc' })).rejects.toThrow(
      /^\[lamo\/algos\/judged-policy\] The policy of runs\/bc takes other observations/,
    );
  });

  it('is refused where there is none', async () => {
    const checkpoint = await trained();
    await expect(
      loadJudgedCheckpoint(spec, { algorithm: fqe, checkpoint, name: 'runs/fqe' }),
    ).rejects.toMatchObject({ code: 'not-a-policy', message: expect.stringContaining('runs/fqe is of FQE') });
  });
});
