import { Rng } from '@lamo/core';
import { afterEach, expect, it, vi } from 'vitest';
import { loadBackbone } from './backbone';

afterEach(() => vi.unstubAllEnvs());

it.each(['constructor', '__proto__', 'toString'])(
  'takes %s for the name of a model, not for a published size',
  async (backbone) => {
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    const settings = { backbone, pretrained: false, dropout: 0 };
    await expect(loadBackbone(settings, Rng.fromSeed(1))).rejects.toMatchObject({ name: 'LamoError' });
  },
);

it.each([true, false])('says which model is nearly called so, pretrained %s', async (pretrained) => {
  const settings = { backbone: 'gpt-2', pretrained, dropout: 0 };
  await expect(loadBackbone(settings, Rng.fromSeed(1))).rejects.toMatchObject({ code: 'unknown-model' });
});
