import type { Rng } from '@lamo/core';
import type { HubOptions } from '@lamo/data';
import {
  type Gpt2Config,
  gpt2Sizes,
  initGpt2,
  type LoadedGpt2,
  loadGpt2,
  loadGpt2Config,
  nanoModelFolder,
  refuseUnknownModel,
} from '@lamo/models';
import { z } from 'zod';
import type { LoadObserver } from '../../engine/algorithm';

/** Settings that say which language model reads trajectories. */
export const backboneConfig = {
  backbone: z
    .string()
    .default('nano')
    .describe('GPT-2 to start from: nano (included), a folder, or a name on the hub (gpt2, gpt2-medium)'),
  pretrained: z
    .boolean()
    .default(true)
    .describe('Start from its weights, not from random ones of the same sizes'),
};

/** Which GPT-2 to start from. */
export interface BackboneSettings {
  readonly backbone: string;
  readonly pretrained: boolean;
  /** Replaces the dropout rates that the model says. */
  readonly dropout: number;
}

/** Loads the language model that the settings name, or draws one of its sizes. */
export async function loadBackbone(
  settings: BackboneSettings,
  rng: Rng,
  observer?: LoadObserver,
): Promise<LoadedGpt2> {
  const { dropout } = settings;
  const { config, parameters } = await readBackbone(settings, rng, observer);
  return { config: { ...config, residPdrop: dropout, embdPdrop: dropout, attnPdrop: dropout }, parameters };
}

/** The folder or name that stands behind the name of a backbone. @throws LamoError `unknown-model` for what is no known name, no path and has no owner */
export function backboneSource(backbone: string): string {
  if (backbone === 'nano') return nanoModelFolder();
  refuseUnknownModel(backbone);
  return backbone;
}

/** How the hub is asked, given who looks on. */
export function hubOptions({ onDownload, onRetry, signal }: LoadObserver = {}): HubOptions {
  return {
    ...(onDownload === undefined ? {} : { onProgress: onDownload }),
    ...(onRetry === undefined ? {} : { onRetry }),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function readBackbone(
  { backbone, pretrained }: BackboneSettings,
  rng: Rng,
  observer?: LoadObserver,
): Promise<LoadedGpt2> {
  if (pretrained) return loadGpt2(backboneSource(backbone), hubOptions(observer));
  // The published sizes are known without asking the hub.
  const sizes: Readonly<Record<string, Gpt2Config>> = gpt2Sizes;
  const known = Object.hasOwn(sizes, backbone) ? sizes[backbone] : undefined;
  const config = known ?? (await loadGpt2Config(backboneSource(backbone), hubOptions(observer)));
  return { config, parameters: initGpt2(config, rng) };
}
