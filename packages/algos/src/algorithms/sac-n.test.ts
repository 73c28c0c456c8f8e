import { expect, it } from 'vitest';
import { distanceToBest } from '../../test/line-task';
import { testPessimisticStep } from '../../test/pessimistic-step';
import { sacN } from './sac-n';

testPessimisticStep(sacN);

const quick = { actorLearningRate: 3e-3, criticLearningRate: 3e-3, alphaLearningRate: 3e-3, criticCount: 3 };

it('finds better actions than random data with SAC-N', async () => {
  // Imitation stays at a distance of 1/12; where values count for nothing, or their sign is wrong, it is more.
  expect(await distanceToBest(sacN, 400, quick)).toBeLessThan(0.01);
});
