import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder, checkCount, LamoError } from '@lamo/core';
import type { TextSource } from './text-source';
import { cutBlocks, type TokenCorpus } from './token-blocks';
import { openTokenFile } from './token-file';
import type { Tokenizer } from './tokenizer';
import { type TokenRow, writeTokenFile } from './write-token-file';

/** Options of {@link tokenCorpus}. */
export interface TokenCorpusOptions {
  /** Tokens per block. @default 1024 */
  readonly blockLength?: number;
  /**
   * Rows that are joined before blocks are cut; what is left over at the end of each group is dropped. `all` joins the
   * whole text, so that less than one block is lost. @default 1000
   */
  readonly rowsPerGroup?: number | 'all';
  /**
   * Permutes the tokens within each block, always the same way for the same seed: LaMo's corpus with the words of
   * a language but not their order. @default the order of the text
   */
  readonly shuffleSeed?: number;
  /** Folder for tokenised texts. @default `lamo/tokens` in `$XDG_CACHE_HOME` or `~/.cache` */
  readonly cacheFolder?: string;
  /** Called every 1000 rows while a text is tokenised for the first time, with the rows and tokens done so far. */
  readonly onProgress?: (done: { readonly rows: number; readonly tokens: number }) => void;
}

/**
 * Tokenises a text once, keeps the ids in a file and cuts them into blocks, as LaMo's language loss needs them: rows are
 * tokenised one by one with nothing between them, groups of 1000 rows are joined and cut, remainders are dropped
 * (`group_texts` of Hugging Face's run_clm.py). The file is named after the contents, the tokenizer and the grouping, so nothing stale
 * is ever read; the block length may change without tokenising again. Memory
 * holds one row of text, or one row group of a Parquet file, and one block.
 *
 * @throws LamoError `no-text`, `too-short`, `token-out-of-range`, `out-of-range`, `disk-full`, `not-writable`, or what the source throws
 */
export async function tokenCorpus(
  source: TextSource,
  tokenizer: Tokenizer,
  options: TokenCorpusOptions = {},
): Promise<TokenCorpus> {
  const { blockLength = 1024, rowsPerGroup = 1000, cacheFolder: folder = cacheFolder('tokens') } = options;
  checkCount('data/text', 'blockLength', blockLength);
  if (rowsPerGroup !== 'all') checkCount('data/text', 'rowsPerGroup', rowsPerGroup);

  const key = [await source.fingerprint(), tokenizer.fingerprint, tokenizer.vocabularySize, rowsPerGroup];
  const path = join(folder, `${createHash('sha256').update(key.join('\n')).digest('hex')}.tokens`);
  let file = openTokenFile(path);
  if (!file) {
    const rows = tokenRows(source, tokenizer, rowsPerGroup, options.onProgress);
    await writeTokenFile(path, rows, { source: source.name, vocabularySize: tokenizer.vocabularySize });
    file = openTokenFile(path)!;
  }
  return cutBlocks(file, source.name, blockLength, options.shuffleSeed);
}

/** Tokenises row by row and says where groups end. */
async function* tokenRows(
  source: TextSource,
  tokenizer: Tokenizer,
  rowsPerGroup: number | 'all',
  onProgress?: TokenCorpusOptions['onProgress'],
): AsyncGenerator<TokenRow> {
  let [rows, tokens, told] = [0, 0, 0];
  for await (const text of source.rows()) {
    const ids = tokenizer.encode(text);
    rows++;
    tokens += ids.length;
    checkIds(source, ids, tokenizer.vocabularySize, rows);
    yield { ids, endsGroup: rowsPerGroup !== 'all' && rows % rowsPerGroup === 0 };
    if (rows % 1000 > 0 && tokens < told + 100_000) continue;
    told = tokens;
    onProgress?.({ rows, tokens });
  }
  if (tokens === 0) throw noText(source, rows);
  yield { ids: [], endsGroup: true };
}

function checkIds(source: TextSource, ids: readonly number[], vocabularySize: number, row: number): void {
  for (const id of ids) {
    if (id >>> 0 === id && id < vocabularySize) continue;
    throw new LamoError({
      where: 'data/text',
      code: 'token-out-of-range',
      problem: `The tokenizer gave an id that its vocabulary does not have, in row ${row} of ${source.name}`,
      expected: `a whole number below ${vocabularySize}`,
      received: String(id),
      hint: 'The tokenizer and its `vocabularySize` must belong together.',
    });
  }
}

function noText(source: TextSource, rows: number): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'no-text',
    problem: `There is no text in ${source.name}`,
    expected: 'at least one token',
    received: rows === 0 ? 'no rows' : `${rows} empty rows`,
    hint: 'Check the path, and the split if you chose one.',
  });
}
