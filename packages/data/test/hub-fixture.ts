import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HubServer, startHub } from '../../../test/hub-server';
import type { RepositoryOptions } from '../src/hub/open-repository';

/** Stands for a large file: 400,000 bytes that differ from each other. */
export const weights = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * i) % 251));

/** Name of its blob. */
export const weightsHash = createHash('sha256').update(weights).digest('hex');

/** A hub with the model `openai/tiny`, an empty cache, and options that lead to both. */
export interface HubFixture {
  readonly hub: HubServer;
  readonly options: RepositoryOptions & { readonly cacheFolder: string };
  /** Folder of `openai/tiny` in the cache. */
  readonly folder: string;
  /** Names in the folder of blobs, in order. */
  blobs(): string[];
  close(): Promise<void>;
}

/** Starts the hub and makes the folder. */
export async function hubFixture(): Promise<HubFixture> {
  const config = Buffer.from('{"model_type":"gpt2"}');
  const hub = await startHub('openai/tiny', { 'config.json': config, 'model.safetensors': weights });
  const cacheFolder = mkdtempSync(join(tmpdir(), 'lamo-hub-'));
  const folder = join(cacheFolder, 'models--openai--tiny');
  return {
    hub,
    options: { endpoint: hub.endpoint, cacheFolder, token: '', offline: false, retryDelay: 1 },
    folder,
    blobs: () => readdirSync(join(folder, 'blobs')).sort(),
    close: async () => {
      await hub.close();
      rmSync(cacheFolder, { recursive: true });
    },
  };
}
