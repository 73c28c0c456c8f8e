import { openDevice } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { settingsOf } from '../../test/small-config';
import { bc } from '../algorithms/bc';
import { dt } from '../algorithms/dt';
import { train } from '../engine/train';
import { toyDataset } from '../testing/toy-dataset';

it.each([bc, dt])('$title acts on whole observations only', async (algorithm) => {
  const dataset = toyDataset();
  const device = await openDevice('cpu', { threads: 1 });
  const config = settingsOf(algorithm);
  const run = await train(algorithm, dataset, { steps: 1, config, device });
  const policy = await run.result();
  policy.reset(2);
  const size = 2 * dataset.observationSize;
  for (const wrong of [0, 1, size - 1, size + 1]) {
    await expect(policy.act(new Float32Array(wrong), new Float32Array(2))).rejects.toMatchObject({
      code: 'observations-size',
      expected: `${size}, ${dataset.observationSize} for each`,
      received: String(wrong),
    });
  }
  await expect(policy.act(new Float32Array(size), new Float32Array(2))).resolves.toHaveLength(
    2 * dataset.actionSize,
  );
  await policy.dispose();
  await run.dispose();
});
