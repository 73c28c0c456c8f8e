import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import type { DrawnText, HubOptions, Tokenizer } from '@lamo/data';
import {
  copyTokenizer,
  loadTokenizer,
  saveStateTokenizer,
  saveTokenizer,
  trainTokenizer,
} from '@lamo/models';
import type { RunObserver } from '../run/open-run';
import type { Texts } from './open-corpora';

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
 * Loads a tokenizer, or makes one: of the states of a text that is drawn, from any other it learns a vocabulary.
 *
 * @param wanted its folder or name, or how many tokens a new one is to have
 * @throws LamoError `other-states`, and what `loadTokenizer` and `trainTokenizer` throw
 */
export async function chooseTokenizer(
  wanted: string | number,
  { training: text, drawn }: Pick<Texts, 'training' | 'drawn'>,
  hub: HubOptions,
  { onPreparation }: Pick<RunObserver, 'onPreparation'>,
): Promise<ChosenTokenizer> {
  if (typeof wanted === 'string') {
    const chosen = await openTokenizer(wanted, hub);
    if (drawn !== undefined) checkStates(drawn, chosen.tokenizer, wanted);
    return chosen;
  }
  if (drawn !== undefined) return keepTokenizer((folder) => saveStateTokenizer(folder, drawn));
  onPreparation?.(`learning a vocabulary of ${wanted} tokens from ${text.name}`);
  const trained = await trainTokenizer(text.rows(), { vocabularySize: wanted });
  return keepTokenizer((folder) => saveTokenizer(folder, trained));
}

/** Loads a tokenizer that exists only in memory. @param save writes its files */
async function keepTokenizer(save: (folder: string) => void): Promise<ChosenTokenizer> {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-tokenizer-'));
  try {
    save(folder);
    return { tokenizer: await loadTokenizer(folder), saveTo: async (to) => save(to) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A vocabulary of words would cut numbers into digits, and the entropy rate be that of nothing that is read. */
function checkStates(
  { name, states }: DrawnText,
  { drawnText, vocabularySize }: Tokenizer,
  given: string,
): void {
  if (drawnText !== undefined && vocabularySize === states) return;
  throw new LamoError({
    where: 'cli/pretrain',
    code: 'other-states',
    problem: `The tokens of ${name} are its states, and the tokenizer of ${given} has others`,
    expected: `the ${states} states`,
    received:
      drawnText === undefined ? `a vocabulary of ${vocabularySize} tokens` : `the states of ${drawnText}`,
    hint: 'Leave out --tokenizer; --initialise-from takes a model that was pre-trained on as many states.',
  });
}
