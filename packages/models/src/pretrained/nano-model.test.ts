import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textFromRows, tokenCorpus } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { sharedDataPath } from '../../../../test/fixtures';
import { evaluatePerplexity } from '../gpt2/evaluate-perplexity';
import { loadGpt2 } from '../gpt2/load-gpt2';
import { loadTokenizer } from '../tokenizer/load-tokenizer';
import { nanoModelFolder } from './nano-model';

const card = readFileSync(join(nanoModelFolder(), 'README.md'), 'utf8');
const text = sharedDataPath('wikitext-2/test.txt');

describe('the nano model', () => {
  it('loads with its tokenizer, and has the sizes that its card says', async () => {
    const { config } = await loadGpt2(nanoModelFolder());
    const { vocabularySize, endOfText } = await loadTokenizer(nanoModelFolder());
    expect(config).toMatchObject({ nLayer: 3, nEmbd: 128, nHead: 4, nPositions: 256, vocabSize: 2048 });
    expect(card).toContain('3 blocks, width 128, 4 heads, 256 positions, vocabulary 2048');
    expect([vocabularySize, endOfText]).toEqual([2048, 2047]);
  });

  it.skipIf(text === undefined)(
    'predicts text that it was not trained on as well as its card says',
    async () => {
      const cacheFolder = mkdtempSync(join(tmpdir(), 'lamo-nano-'));
      try {
        const lines = readFileSync(text!, 'utf8').split(/(?<=\n)/);
        const tokenizer = await loadTokenizer(nanoModelFolder());
        const options = { cacheFolder, blockLength: 256, rowsPerGroup: 'all' as const };
        const corpus = await tokenCorpus(textFromRows(lines.slice(-474)), tokenizer, options);
        const device = await openDevice('cpu', { threads: 1 });
        const { loss, tokens } = await evaluatePerplexity(await loadGpt2(nanoModelFolder()), corpus, {
          device,
        });
        const [, stated] = /Held-out loss \| ([\d.]+) nats/.exec(card)!;
        // The card has three digits after the point.
        expect(Math.abs(loss - Number(stated))).toBeLessThan(1e-3);
        expect(tokens).toBe(157 * 255);
      } finally {
        rmSync(cacheFolder, { recursive: true });
      }
    },
  );
});
