import { LamoError, Rng } from '@lamo/core';
import type { TokenFile } from './token-file';

/** Tokenised text in blocks of equal length, on disk: a block is read when it is asked for. */
export interface TokenCorpus {
  /** Where the text came from. */
  readonly name: string;
  /** Number of blocks. */
  readonly blocks: number;
  /** L, the tokens in each block. */
  readonly blockLength: number;
  /** Tokens that the tokenizer knows; ids lie below it. */
  readonly vocabularySize: number;
  /** The largest id in the file. */
  readonly largestToken: number;
  /** Reads a block into `into` from `offset` on: `blockLength` token ids. */
  read(block: number, into: Float32Array, offset?: number): void;
  /** Gives the blocks from `start` to before `end` as a corpus of their own, on the same file. */
  slice(start: number, end: number): TokenCorpus;
  /** Closes the file, for all slices too. */
  close(): void;
}

/**
 * Cuts each group of a token file into whole blocks.
 *
 * @param name of the text
 * @param shuffleSeed permutes the tokens within each block
 * @throws LamoError `too-short` if no group fills a block
 */
export function cutBlocks(
  file: TokenFile,
  name: string,
  blockLength: number,
  shuffleSeed?: number,
): TokenCorpus {
  const { tokens, vocabularySize, largestToken, bytesPerToken } = file.header;
  const starts = blockStarts(file.groupEnds, blockLength);
  if (starts.length === 0) {
    file.close();
    throw tooShort(name, tokens, file.groupEnds, blockLength);
  }
  const ids = bytesPerToken === 2 ? new Uint16Array(blockLength) : new Uint32Array(blockLength);
  const orders = shuffleSeed === undefined ? undefined : Rng.fromSeed(shuffleSeed);

  const slice = (first: number, end: number): TokenCorpus => ({
    name,
    blocks: end - first,
    blockLength,
    vocabularySize,
    largestToken,
    read(block, into, offset = 0) {
      checkRange('block', block, 0, end - first - 1);
      file.read(starts[first + block]!, ids);
      orders?.split(`block ${first + block}`).shuffle(ids);
      into.set(ids, offset);
    },
    slice(from, to) {
      checkRange('end', to, 1, end - first);
      checkRange('start', from, 0, to - 1);
      return slice(first + from, first + to);
    },
    close: file.close,
  });
  return slice(0, starts.length);
}

/** Where each block begins. Blocks do not cross groups; what is left at the end of a group is dropped. */
function blockStarts(groupEnds: Float64Array, blockLength: number): Float64Array {
  const starts: number[] = [];
  let start = 0;
  for (const end of groupEnds) {
    for (; start + blockLength <= end; start += blockLength) starts.push(start);
    start = end;
  }
  return Float64Array.from(starts);
}

function tooShort(name: string, tokens: number, groupEnds: Float64Array, blockLength: number): LamoError {
  const longest = groupEnds.reduce((most, end, i) => Math.max(most, end - (groupEnds[i - 1] ?? 0)), 0);
  const isDivided = groupEnds.length > 1;
  return new LamoError({
    where: 'data/text',
    code: 'too-short',
    problem: `The text of ${name} does not fill one block`,
    expected: `at least ${blockLength} tokens${isDivided ? ' in one group of rows' : ''}`,
    received: isDivided ? `${longest} in the longest group, ${tokens} in all` : String(tokens),
    hint:
      'Use more text, or shorter blocks: `blockLength`; on the command line --context, or --text-length for a language loss.' +
      (isDivided ? " Or join all rows with `rowsPerGroup: 'all'`." : ''),
  });
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new LamoError({
    where: 'data/text',
    code: 'out-of-range',
    problem: `\`${name}\` is outside the corpus`,
    expected: `a whole number from ${least} to ${most}`,
    received: String(value),
  });
}
