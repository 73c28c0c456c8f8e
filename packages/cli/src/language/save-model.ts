import { copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError, makeFolder, writeError, writeFileAtomic } from '@lamo/core';
import {
  exportGpt2,
  type LoadedGpt2,
  type ModelHeads,
  type PeftAdapter,
  saveGpt2,
  saveGpt2Adapter,
} from '@lamo/models';

/**
 * Saves a model with its tokenizer as a folder of Hugging Face's, for `--backbone` and Python. The folder appears whole or
 * not at all; one that was there before is replaced.
 *
 * @param tokenizer folder of its tokenizer
 * @throws LamoError `not-writable`, `disk-full`
 */
export function saveModel(folder: string, model: LoadedGpt2, tokenizer: string): void {
  saveBeside(folder, tokenizer, (staging) => saveGpt2(staging, model));
}

/**
 * Saves adapters with the tokenizer of their model, for Python's PEFT, as {@link saveModel} does.
 *
 * @param heads what learned beside them
 */
export function saveAdapter(
  folder: string,
  adapter: PeftAdapter,
  heads: ModelHeads,
  tokenizer: string,
): void {
  saveBeside(folder, tokenizer, (staging) => saveGpt2Adapter(staging, adapter, heads));
}

/** Saves a model as an ONNX file that reads a token at a time, with its tokenizer, as {@link saveModel} does. @param capacity most tokens of a text */
export function saveOnnx(folder: string, model: LoadedGpt2, tokenizer: string, capacity: number): void {
  const bytes = exportGpt2(model, { capacity });
  saveBeside(folder, tokenizer, (staging) => writeFileAtomic(join(staging, 'model.onnx'), bytes));
}

function saveBeside(folder: string, tokenizer: string, save: (staging: string) => void): void {
  const staging = `${folder}.tmp`;
  rmSync(staging, { recursive: true, force: true });
  makeFolder(staging);
  try {
    for (const name of readdirSync(tokenizer)) copyFileSync(join(tokenizer, name), join(staging, name));
    save(staging);
    rmSync(folder, { recursive: true, force: true });
    renameSync(staging, folder);
  } catch (cause) {
    rmSync(staging, { recursive: true, force: true });
    throw LamoError.isInstance(cause) ? cause : writeError(folder, cause);
  }
}
