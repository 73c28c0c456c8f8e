import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nanoModelFolder } from '../pretrained/nano-model';
import { copyTokenizer } from './copy-tokenizer';
import { loadTokenizer } from './load-tokenizer';

it('copies what makes a tokenizer, and leaves the weights beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-copy-'));
  try {
    await copyTokenizer(nanoModelFolder(), join(folder, 'copy'));
    expect(readdirSync(join(folder, 'copy')).sort()).toEqual(['tokenizer.json', 'tokenizer_config.json']);
    const [copy, original] = [
      await loadTokenizer(join(folder, 'copy')),
      await loadTokenizer(nanoModelFolder()),
    ];
    expect(copy.fingerprint).toBe(original.fingerprint);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
