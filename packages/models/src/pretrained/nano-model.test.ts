import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
const books = sharedDataPath('gutenberg');

describe('the nano model', () => {
  it('loads with its tokenizer, and has the sizes that its card says', async () => {
    const { config } = await loadGpt2(nanoModelFolder());
    const { vocabularySize, endOfText } = await loadTokenizer(nanoModelFolder());
    expect(config).toMatchObject({ nLayer: 4, nEmbd: 128, nHead: 4, nPositions: 256, vocabSize: 4096 });
    expect(card).toContain('4 blocks, width 128, 4 heads, 256 positions, vocabulary 4096');
    expect([vocabularySize, endOfText]).toEqual([4096, 4095]);
  });

  it.skipIf(books === undefined)(
    'predicts text that it was not trained on as well as its card says',
    async () => {
      const cacheFolder = mkdtempSync(join(tmpdir(), 'lamo-nano-'));
      try {
        const tokenizer = await loadTokenizer(nanoModelFolder());
        const options = { cacheFolder, blockLength: 256, rowsPerGroup: 'all' as const };
        const corpus = await tokenCorpus(textFromRows(heldOutOf(books!)), tokenizer, options);
        const device = await openDevice('cpu', { threads: 1 });
        const { loss, tokens } = await evaluatePerplexity(await loadGpt2(nanoModelFolder()), corpus, {
          device,
        });
        const [, stated] = /Held-out loss \| ([\d.]+) nats/.exec(card)!;
        // The card has three digits after the point.
        expect(Math.abs(loss - Number(stated))).toBeLessThan(1e-3);
        expect(tokens).toBe(417 * 255);
      } finally {
        rmSync(cacheFolder, { recursive: true });
      }
    },
    // Seconds on a free machine; the limit is for busy ones.
    60_000,
  );
});

/** The last twentieth of each book, prepared as the card says: paragraphs of prose on one line each. */
function heldOutOf(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names.sort().flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const lines = (/^(blake|milton|shakespeare|whitman)-/.test(name) ? text : joinLines(text)).split(
      /(?<=\n)/,
    );
    const count = lines.filter((line) => line.endsWith('\n')).length;
    return lines.slice(Math.floor((count * 19) / 20));
  });
}

function joinLines(text: string): string {
  const prose = text.replace(/End of Project Gutenberg.*/s, '');
  return prose.replace(/(\S) *\n(?=\S)/g, '$1 ').replace(/(\S) {2,}/g, '$1 ');
}
