import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import { copyTokenizer } from '@lamo/models';
import type { Command } from 'commander';
import { checkNamed, loadLanguageModel } from '../language/load-language-model';
import { saveModel, saveOnnx } from '../language/save-model';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { watchDownloads } from '../terminal/watch-loading';

/** Flags of `lamo export`. */
export interface ExportFlags {
  readonly adapter?: string;
  readonly format: 'safetensors' | 'onnx';
  readonly context?: number;
  readonly out: string;
}

/** Writes a language model for other programs. */
export function exportModel(name: string | undefined, flags: ExportFlags, command: Command): Promise<void> {
  checkNamed(command, { model: name, adapter: flags.adapter });
  if (flags.context !== undefined && flags.format !== 'onnx')
    command.error('error: --context is about the cache of --format onnx');
  return interruptible(
    () => {},
    (signal) => exportUntil(signal, name, flags),
  );
}

async function exportUntil(signal: AbortSignal, name: string | undefined, flags: ExportFlags): Promise<void> {
  const { adapter, format, out } = flags;
  checkFree(out);
  const hub = watchDownloads(signal);
  const { name: shown, model, tokenizerFrom } = await loadLanguageModel({ model: name, adapter }, hub);
  const capacity = flags.context ?? model.config.nPositions;
  const tokenizer = mkdtempSync(join(tmpdir(), 'lamo-tokenizer-'));
  try {
    await copyTokenizer(tokenizerFrom, tokenizer, hub);
    if (format === 'onnx') saveOnnx(out, model, tokenizer, capacity);
    else saveModel(out, model, tokenizer);
  } finally {
    rmSync(tokenizer, { recursive: true, force: true });
  }
  const files = readdirSync(out).sort();
  const context = format === 'onnx' ? { context: capacity } : {};
  showResult(
    { model: shown, folder: out, format, files, ...context },
    { note: `${out}: ${files.join(', ')}` },
  );
}

/** An empty folder may be there already. */
function checkFree(out: string): void {
  if (!existsSync(out) || readdirSync(out).length === 0) return;
  throw new LamoError({
    where: 'cli/export',
    code: 'folder-exists',
    problem: `${out} exists already`,
    expected: 'a folder that is not there yet, or is empty',
    received: `a folder with ${readdirSync(out).slice(0, 3).join(', ')}`,
    hint: 'Choose another --out, or remove the folder.',
  });
}
