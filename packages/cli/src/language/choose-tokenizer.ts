import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubOptions, TextSource, Tokenizer } from '@lamo/data';
import {
  copyTokenizer,
  loadTokenizer,
  saveTokenizer,
  type TrainedTokenizer,
  trainTokenizer,
} from '@lamo/models';
import type { RunObserver } from '../run/open-run';

/** A tokenizer that can be put beside the models that need it. */
export interface ChosenTokenizer {
  readonly tokenizer: Tokenizer;
  /** Writes its files. */
  saveTo(folder: string): Promise<void>;
}

/** Loads a tokenizer. @param name its folder or name @throws LamoError what `loadTokenizer` throws */
export async function openTokenizer(name: string, hub: HubOptions): Promise<ChosenTokenizer> {
  return {
    tokenizer: await loadTokenizer(name, hub),
    saveTo: (folder) => copyTokenizer(name, folder, hub),
  };
}

/**
 * Loads a tokenizer, or learns one from text.
 *
 * @param wanted its folder or name, or how many tokens a new one is to have
 * @throws LamoError what `loadTokenizer` and `trainTokenizer` throw
 */
export async function chooseTokenizer(
  wanted: string | number,
  text: TextSource,
  hub: HubOptions,
  { onPreparation }: Pick<RunObserver, 'onPreparation'>,
): Promise<ChosenTokenizer> {
  if (typeof wanted === 'string') return openTokenizer(wanted, hub);
  onPreparation?.(`learning a vocabulary of ${wanted} tokens from ${text.name}`);
  const trained = await trainTokenizer(text.rows(), { vocabularySize: wanted });
  return { tokenizer: await loadTrained(trained), saveTo: async (folder) => saveTokenizer(folder, trained) };
}

async function loadTrained(trained: TrainedTokenizer): Promise<Tokenizer> {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-tokenizer-'));
  try {
    saveTokenizer(folder, trained);
    return await loadTokenizer(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
